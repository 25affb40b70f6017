"""Encoders: checked, merged by stage, with leading blocks folded into the stem."""

import dataclasses

import numpy as np
import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.models import Block, Encoder, Style, build_branched, conv_norm, get_encoder

BLOCKS = tuple(Block(name, lambda x: x) for name in ("a", "b", "c"))
STEM = Block("stem", lambda x: x)


def shared_network(encoder, tasks, seed=0):
    grouping = Grouping.shared([task.name for task in tasks], encoder.block_names)
    return build_branched(encoder, tasks, grouping, seed=seed)


@pytest.fixture(scope="module")
def staged():
    """An encoder of seven small blocks in four stages, heads branching off the third."""
    style = Style(head_channels=8)

    def block(name, stage="", **options):
        return Block(name, lambda x: conv_norm(x, f"{name}_conv", 4, style, **options), stage)

    stages = (1, 2, 2, 3, 3, 4)
    blocks = [block(f"block_{number}", f"stage{stage}") for number, stage in enumerate(stages, start=1)]
    return Encoder("mine", block("stem", strides=2), (*blocks, block("end")), "block_3", 2, style)


@pytest.fixture(scope="module")
def network(staged, tasks):
    """Its network of one task."""
    return shared_network(staged, tasks[:1])


def copy_by_layer(source, target):
    """Copies weights between networks whose nodes hold the same layers, cut in other places."""

    def layers(model):
        return {
            (node.name if node.name.startswith("head_") else "", layer.name): layer
            for node in model.layers
            if hasattr(node, "layers")
            for layer in node.layers
        }

    theirs = layers(source)
    for key, layer in layers(target).items():
        layer.set_weights(theirs[key].get_weights())


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.merged(),
        lambda e: e.folded(5),  # The low-level block is folded in, and is not the last.
        lambda e: e.folded(3),  # It is the last.
        lambda e: e.merged().folded(2).folded(2),
        lambda e: e.folded(4).merged(),
    ],
)
def test_merging_and_folding_leave_the_network_as_it_is(change, staged, network, tasks, images):
    changed = change(staged)
    assert len(changed.block_names) < len(staged.block_names)
    other = shared_network(changed, tasks[:1], seed=1)
    assert network.count_params() == other.count_params()
    copy_by_layer(network, other)
    x = images(32, 32)
    np.testing.assert_allclose(other(x)["semseg"], network(x)["semseg"], rtol=1e-4, atol=1e-5)


def test_a_walk_applies_stem_and_blocks_in_order_and_names_what_comes_out():
    blocks = [Block(name, lambda x: x, stage) for name, stage in (("a", "front"), ("b", "front"), ("c", ""))]
    encoder = Encoder("mine", Block("start", lambda x: x), blocks, low_level="b")
    assert encoder.walk("image", lambda block, x: f"{x} {block.name}") == {
        "stem": "image stem",
        "a": "image stem a",
        "b": "image stem a b",
        "front": "image stem a b",
        "low_level": "image stem a b",
        "c": "image stem a b c",
        "features": "image stem a b c",
    }


def test_a_walk_takes_the_low_level_out_of_the_stem():
    encoder = Encoder("mine", STEM, BLOCKS, low_level="a").folded(2)
    features = encoder.walk("image", lambda block, x: ("end", "tapped") if block is encoder.stem else f"{x} c")
    assert features == {"stem": "end", "low_level": "tapped", "c": "end c", "features": "end c"}


def test_stages_of_mobilenet():
    encoder = get_encoder("mobilenet_v2_0.1").merged()
    assert encoder.block_names == (*(f"stage{number}" for number in range(1, 8)), "aspp")
    assert encoder.low_level == "stage2"


def test_low_level_behind_the_stem_follows_the_folding():
    encoder = Encoder("mine", STEM, BLOCKS, low_level="stem")
    assert not encoder.low_level_in_stem
    assert encoder.folded(1).low_level_in_stem
    assert encoder.folded(0) == encoder


def test_stages_of_ones_own():
    encoder = Encoder("mine", STEM, BLOCKS, low_level="b").merged({"front": ["a", "b"]})
    assert encoder.block_names == ("front", "c")
    assert encoder.low_level == "front"


@pytest.mark.parametrize("stages", [{"x": ["a", "c"]}, {"x": ["a", "d"]}, {"x": []}])
def test_stages_that_are_no_neighbours_are_refused(stages):
    with pytest.raises(ValueError, match=r"`stages` must join neighbouring blocks of encoder mine"):
        Encoder("mine", STEM, BLOCKS).merged(stages)


def test_stage_around_the_low_level_is_refused():
    with pytest.raises(ValueError, match=r"`low_level` of encoder mine must be the end of one of"):
        Encoder("mine", STEM, BLOCKS, low_level="a").merged({"x": ["a", "b"]})


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"blocks": ()}, "`blocks` of encoder mine must have at least one"),
        ({"blocks": BLOCKS[:1] * 2}, "`blocks` of encoder mine must have different names"),
        (
            {"blocks": [Block("image", lambda x: x)]},
            "`blocks` of encoder mine must not bear, nor their stages, .*image",
        ),
        ({"blocks": [Block("a", lambda x: x, "features")]}, "`blocks` of encoder mine must not bear, nor their stages"),
        ({"low_level": "d"}, "`low_level` of encoder mine must be the end of one of .* Received: low_level='d'"),
    ],
)
def test_bad_encoders_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(Encoder("mine", STEM, BLOCKS), **changes)


@pytest.mark.parametrize("count", [-1, 3])
def test_folding_leaves_a_block(count):
    with pytest.raises(ValueError, match=r"`count` must lie in \[0, 2\] for mine"):
        Encoder("mine", STEM, BLOCKS).folded(count)
