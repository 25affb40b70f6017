"""Settings of a tree that grows: what cannot be is refused by name, caps are one for all or one for each block."""

import pytest
from tiny_runs import tiny_training

GROWS = {"widen_alpha": 1.0}
BLOCKS = {"one": 2, "two": 5, "three": 5}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"widen_alpha": -1.0}, "`widen_alpha` must be finite and not negative"),
        ({"widen_caps": (2, 0, 2)}, "`widen_caps` must be at least 1 for every block"),
        ({"widen_every": 0}, "`widen_every` must be at least 1"),
        ({"widen_decay": 1.0}, "`widen_decay` must be at least 0 and below 1"),
        ({"grouping": "separate"}, "`grouping` must be `shared` where the tree grows"),
        ({"network": "cross_stitch"}, "`widen_alpha` must be 0 for `network` cross_stitch"),
        ({"weighting": "gradnorm"}, "`widen_alpha` must be 0 with `weighting` gradnorm"),
        ({"updates": "in_turn"}, "`widen_alpha` must be 0 with `updates` in_turn"),
        ({"tasks": ("semseg",)}, "`tasks` must be at least two where the tree grows"),
        ({"extend": True}, "`extend` must be left out where the tree grows"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path, change, message):
    with pytest.raises(ValueError, match=message):
        tiny_training(tmp_path, **GROWS | change)


def test_without_a_price_of_separation_the_tree_stays(tmp_path):
    assert not tiny_training(tmp_path).widens
    assert tiny_training(tmp_path, **GROWS).widens


@pytest.mark.parametrize(("given", "expected"), [((), (2, 5, 5)), ((3,), (3, 3, 3)), ((1, 2, 4), (1, 2, 4))])
def test_caps_of_every_block(tmp_path, given, expected):
    assert tiny_training(tmp_path, **GROWS, widen_caps=given).caps(BLOCKS) == expected


def test_caps_of_other_blocks_are_refused(tmp_path):
    with pytest.raises(
        ValueError, match="`widen_caps` must be one number for all blocks, or one for each of the 3: one, two, three"
    ):
        tiny_training(tmp_path, **GROWS, widen_caps=(2, 2)).caps(BLOCKS)
