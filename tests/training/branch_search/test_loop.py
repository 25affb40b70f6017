"""The search end to end: what it leaves behind; stopped anywhere it goes on to the bits of the unbroken one."""

import dataclasses
import os
import pathlib
import signal

import numpy as np
import pytest
import tensorflow as tf
from killed_program import in_a_process, run, run_and_die
from tiny_runs import tiny_search

from bmt_tf._files import read_json
from bmt_tf.costs import CostTable, model_cost
from bmt_tf.data import open_data
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.runs import Run
from bmt_tf.runs.checkpoints import saved_steps
from bmt_tf.runs.network import make_encoder
from bmt_tf.runs.paths import RunPaths
from bmt_tf.search import AlphaHistory
from bmt_tf.training.branch_search.loop import search

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def dear(tmp_path_factory):
    """The settings of a finished search in which cost is all that counts."""
    # Where all candidates are equally likely the cost is flat: the tasks must push alpha off before it can fall.
    config = tiny_search(
        tmp_path_factory.mktemp("dear") / "run",
        trade_off=1e6,
        alpha_learning_rate=0.3,
        reset_alpha_optimizer=False,
        alpha_fraction=0.67,
        steps=7,
        checkpoint_every=50,
    )
    search(config)
    return config


def test_search_writes_tree_alpha_and_summary(dear):
    run_dir = pathlib.Path(dear.run_dir)
    result, tree = AlphaHistory.load(run_dir / "alpha.npz"), Grouping.load(run_dir / "grouping.json")
    summary = read_json(run_dir / "search.json")
    assert result.blocks == tree.blocks == make_encoder(dear).block_names and result.tasks == dear.tasks
    assert tree == result.grouping("small")
    assert result.steps.tolist() == [0, 2, 4, 6, 7]  # the beginnings of the cycles, and the end
    np.testing.assert_allclose(result.temperature, 5.0 - 4.9 * np.minimum(result.steps / 6, 1))
    assert not result.history[0].any() and np.array_equal(result.history[-1], result.alpha)
    assert summary["updates"] == {"warm_up": 2, "alpha": 16, "theta": 7}
    assert summary["hours"] > 0 and summary["seconds_per_step"]["theta"] > 0
    expected = {"method": "bmtas", "trade_off": 1e6, "unit": "multiply_adds", "seed": 3}
    assert {name: tree.made_by[name] for name in expected} == expected


def test_cost_of_the_tree_is_that_of_the_built_network(dear):
    tree = Grouping.load(os.path.join(dear.run_dir, "grouping.json"))
    source = open_data(dear.data, "train")
    model = build_branched(make_encoder(dear), [source.tasks[name] for name in dear.tasks], tree)
    summary = read_json(os.path.join(dear.run_dir, "search.json"))
    assert summary["cost"] == tree.made_by["cost"] == model_cost(model, "multiply_adds", dear.image_size)
    assert summary["shared_cost"] <= summary["expected_cost"] <= summary["separate_cost"]
    assert CostTable.from_dict(read_json(os.path.join(dear.run_dir, "costs.json"))).cost(tree) == summary["cost"]


def test_where_cost_is_all_that_counts_everything_is_shared(dear):
    tree = Grouping.load(os.path.join(dear.run_dir, "grouping.json"))
    assert tree.branches == (1, 1, 1)


def test_finished_search_is_not_searched_again(dear):
    before = AlphaHistory.load(os.path.join(dear.run_dir, "alpha.npz")).alpha
    search(dear)
    np.testing.assert_array_equal(AlphaHistory.load(os.path.join(dear.run_dir, "alpha.npz")).alpha, before)


@pytest.mark.parametrize(
    ("change", "name"),
    [({"trade_off": 1.0}, "trade_off"), ({"warm_up_steps": 3}, "warm_up_steps"), ({"seed": 9}, "seed")],
)
def test_resuming_with_another_flag_names_it(dear, change, name):
    with pytest.raises(ValueError, match=f"`{name}` must stay as the run was begun with"):
        search(dataclasses.replace(dear, **change))


def test_events_hold_routing_costs_losses_and_temperature(dear):
    tags = set()
    for path in pathlib.Path(dear.run_dir, "events").iterdir():
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            tags |= {value.tag for value in event.summary.value}
    assert {
        "routing/one",
        "routing/three",
        "search/temperature",
        "search/tree_cost",
        "alpha/expected_cost",
        "warm_up/loss_semseg",
        "theta/loss_depth",
        "alpha/loss_depth",
        "warm_up/weight_semseg",
        "theta/weight_depth",
        "alpha/weight_depth",
    } <= tags


def test_search_that_diverges_stops_with_the_checkpoint_before(tmp_path):
    config = tiny_search(tmp_path, learning_rate=1e30, warm_up_steps=0, log_every=4, weight_decay=0.0, folded=2)
    with pytest.raises(FloatingPointError, match=r"The loss of task '(semseg|depth)' .* step \d .* phase 'theta'"):
        search(config)
    assert Run(config).saved_steps[-1] in (2, 3, 4)


def test_batch_smaller_than_the_number_of_replicas_is_refused(tmp_path, two_devices):
    with pytest.raises(ValueError, match="`batch_size` must be at least the number of replicas, 2"):
        search(tiny_search(tmp_path / "run", batch_size=1, replicas=2))
    assert not (tmp_path / "run").exists()


def _content(run_dir):
    """Returns everything that the last checkpoint and the result hold."""
    directory = RunPaths(run_dir).checkpoints
    reader = tf.train.load_checkpoint(os.path.join(directory, f"ckpt-{saved_steps(directory)[-1]}"))
    result = AlphaHistory.load(os.path.join(run_dir, "alpha.npz"))
    names = set(reader.get_variable_to_shape_map()) - {"_CHECKPOINTABLE_OBJECT_GRAPH"}
    return {name: reader.get_tensor(name) for name in names} | {"alpha": result.alpha, "history": result.history}


def test_killed_and_stopped_search_equals_the_unbroken_one(tmp_path):
    # Steps: 0, 1 warm-up; 2, 3 alpha; 4 to 7 weights; 8, 9 alpha; 10, 11 weights.
    unbroken = tiny_search(
        tmp_path / "unbroken",
        deterministic=True,
        folded=2,
        encoder="dropping",  # masks that must go on where they were
        optimizer="adam",
        learning_rate=0.001,
        weighting="balanced:batches=2",  # measured by the first part alone
    )
    broken = dataclasses.replace(unbroken, run_dir=str(tmp_path / "broken"))
    # Stops within the warm-up, at its end, and within a pass over the weight images; dies in the update after.
    assert in_a_process(run_and_die, broken, 6, (1, 1, 4)) == -signal.SIGKILL
    assert Run(broken).saved_steps == [4, 5, 6]
    assert in_a_process(run, broken, unbroken) == 0
    ours, theirs = _content(broken.run_dir), _content(unbroken.run_dir)
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        np.testing.assert_array_equal(value, theirs[name], err_msg=name)
    ours, theirs = (read_json(Run(config).paths.weighting) for config in (broken, unbroken))
    used = read_json(Run(broken).paths.search)["loss_weights"]
    assert ours == theirs and {name: row["weight"] for name, row in ours.items()} == used
