"""The network cut at the features that all tasks share: where, what comes out, and what cannot be cut."""

import keras
import numpy as np
import pytest
import tensorflow as tf
import toys

from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.tasks import get_task
from bmt_tf.training.weighting.shared_features import cut_at_shared_features

TASKS = (get_task("semseg", channels=3), get_task("depth"), get_task("edge"))
NAMES = tuple(task.name for task in TASKS)


def _network(encoder, *routing):
    grouping = Grouping.from_routing(NAMES, encoder.block_names, np.array(routing))
    return build_branched(encoder, TASKS, grouping, seed=1)


@pytest.mark.parametrize(
    ("routing", "names"),
    [
        (([0, 0, 0], [0, 0, 0], [0, 0, 0]), {"one_g0", "three_g0"}),  # the heads' low level leaves before the end
        (([0, 0, 0], [0, 0, 0], [0, 0, 1]), {"one_g0", "two_g0"}),
        (([0, 0, 0], [0, 0, 1], [0, 1, 1]), {"one_g0"}),
        (([0, 1, 2], [0, 1, 2], [0, 1, 2]), {"stem"}),
        (([0, 0, 1], [0, 0, 1], [0, 0, 1]), {"stem"}),  # two tasks share all, but not the third
    ],
)
def test_the_cut_is_behind_the_last_node_that_all_share(routing, names):
    network = _network(toys.small_encoder(), *routing)
    cut = cut_at_shared_features(network)
    assert {name.partition("_")[2] for name in cut.names} == names
    image = tf.random.stateless_uniform([2, 32, 32, 3], [1, 2], maxval=255.0)
    found = cut.trunk(image, training=False)
    outputs = cut.rest([*(found[name] for name in cut.names), image], training=False)
    for name, output in network(image, training=False).items():
        np.testing.assert_array_equal(outputs[name], output)
    both = [id(v) for v in (*cut.trunk.trainable_variables, *cut.rest.trainable_variables)]
    assert sorted(both) == sorted(id(v) for v in network.trainable_variables)


def test_low_level_features_inside_the_stem_are_shared_too():
    encoder = toys.small_encoder().folded(2)
    network = _network(encoder, [0, 1, 2])
    assert len(cut_at_shared_features(network).names) == 2


@pytest.mark.parametrize("routing", [[0, 0], [0, 1]])
def test_low_level_features_inside_the_stem_are_shared_if_only_some_heads_look_at_them(routing):
    encoder, tasks = toys.small_encoder().folded(2), [get_task("depth"), get_task("scene", channels=3)]
    grouping = Grouping.from_routing(["depth", "scene"], encoder.block_names, np.array([routing]))
    network = build_branched(encoder, tasks, grouping, seed=1)
    cut = cut_at_shared_features(network)
    assert len(cut.names) == 2
    both = [id(v) for v in (*cut.trunk.trainable_variables, *cut.rest.trainable_variables)]
    assert sorted(both) == sorted(id(v) for v in network.trainable_variables)  # nothing is computed twice


def test_what_tasks_exchange_in_units_is_shared_up_to_the_last_unit():
    # As in cross-stitch networks: after each stage every task's features are a mixture of all tasks'.
    image = keras.Input((None, None, 3), name="image")
    paths = [image, image]
    for stage in range(2):
        paths = [keras.layers.Conv2D(4, 3, name=f"stage{stage}_{t}")(path) for t, path in enumerate(paths)]
        if stage == 0:
            paths = [keras.layers.Add(name=f"unit_{t}")(paths) for t in range(2)]
    network = keras.Model(image, dict(zip("ab", paths, strict=True)))
    names = {name.partition("_")[2] for name in cut_at_shared_features(network).names}
    assert names == {"stage0_0", "stage0_1"}


def test_a_network_without_anything_in_common_is_refused():
    image = keras.Input((None, None, 3), name="image")
    network = keras.Model(image, {name: keras.layers.Conv2D(1, 1, name=f"of_{name}")(image) for name in NAMES})
    with pytest.raises(ValueError, match="`weighting` must be one that needs no features which all tasks share"):
        cut_at_shared_features(network)
