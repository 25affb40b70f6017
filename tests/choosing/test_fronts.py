"""From what was measured to fronts and draws; and the choice by fafs, whole."""

import csv
import dataclasses
import json

import numpy as np
import pytest
import toys

from bmt_tf.affinity import AffinityResult
from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.choosing.difficulty import measure_difficulty
from bmt_tf.choosing.fronts import beam_gap, front_by, together
from bmt_tf.choosing.tree_choice import choose_tree
from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.search import Difficulty, choose, fafs_front

TASKS = ("a", "b", "c")
TABLE = CostTable("parameters", 5, {"one": 30, "two": 70}, dict.fromkeys(TASKS, 1))


def _difficulty(images=40):
    random = np.random.default_rng(0)
    losses = random.random((images, 3)) + random.random((images, 2))[:, [0, 0, 1]]
    return Difficulty(losses, TASKS, tuple(map(str, range(images))))


def _config(**changes):
    return ChoiceConfig(**({"output": "tree", "method": "fafs", "shared": "run", "budget": "90%"} | changes))


def test_front_by_difficulty_is_the_sweep_over_alpha_and_has_no_beam():
    measured = _difficulty()
    assert front_by(measured, TABLE, _config()) == fafs_front(measured.affinity, TASKS, TABLE)


def test_draws_of_difficulty_say_how_often_two_tasks_stay_together():
    measured, config = _difficulty(), _config(replicates=6, seed=2)
    shares = together(measured, 180.0, TABLE, config)
    trees = [choose(fafs_front(draw, TASKS, TABLE, 2), 180.0).grouping for draw in measured.bootstrap(6, 2)]
    for block, share in enumerate(shares):
        found = [any({"a", "b"} <= set(part) for part in tree.partitions[block]) for tree in trees]
        assert share[0, 1] == pytest.approx(np.mean(found))
    np.testing.assert_array_equal(shares[:, range(3), range(3)], 1)


def test_draws_without_enough_labels_say_nothing():
    losses = np.full((12, 2), np.nan)
    losses[0] = 1
    measured = Difficulty(losses, ("a", "b"), tuple(map(str, range(12))))
    table = CostTable("parameters", 5, {"one": 30}, {"a": 1, "b": 1})
    assert together(measured, 100.0, table, _config(replicates=1, seed=2)) is None
    assert not len(measured.bootstrap(1, seed=2))


def test_many_tasks_have_no_exact_front_to_miss():
    names = tuple(f"t{t}" for t in range(9))
    matrices = np.ones((1, 9, 9))
    measured = AffinityResult(matrices, names, ("one",), ("x", "y", "z"), matrices[None][:0])
    table = CostTable("parameters", 5, {"one": 30}, dict.fromkeys(names, 1))
    config = ChoiceConfig(output="tree", affinity="affinity", budget="90%")
    assert beam_gap(measured, front_by(measured, table, config), table, config) is None


def test_shared_run_is_all_that_a_choice_by_fafs_needs(trained_shared, tmp_path):
    output = tmp_path / "tree"
    choice = choose_tree(
        ChoiceConfig(output=str(output), method="fafs", shared=trained_shared, budget="100%", replicates=3)
    )
    measured = measure_difficulty(trained_shared)
    front = fafs_front(measured.affinity, ("semseg", "depth"), choice.table)
    assert choice.front == front and choice.grouping == dataclasses.replace(front[-1].grouping, encoder="small")
    tree = Grouping.load(output / "grouping.json")
    assert (tree.made_by["method"], tree.made_by["alpha"]) == ("fafs", front[-1].alpha)
    assert tree.blocks == toys.BLOCKS and choice.beam_gap is None
    rows = list(csv.DictReader(open(output / "front.csv", newline="")))
    assert [float(row["score"]) for row in rows] == [point.score for point in front]
    content = json.loads((output / "choice.json").read_text())
    assert content["measured_on"]["encoder"] == "small" and np.shape(content["together"]) == (3, 2, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"encoder": "mobilenet_v2_1.0"}, "`encoder` must be 'small', as the run .* was made with"),
        ({"output_stride": 16}, "`output_stride` must be 8, as the run"),
        ({"data": "scenes:train=4,val=2"}, "`data` must hold what the run .* was made on"),
        ({"tasks": ("depth", "semseg")}, r"`tasks` must be \('semseg', 'depth'\) as measured"),
        ({"budget": "10%"}, "`budget` must be at least the cost of the cheapest tree"),
    ],
)
def test_setting_that_contradicts_the_shared_run_is_refused(trained_shared, tmp_path, change, message):
    values = {"output": str(tmp_path / "tree"), "method": "fafs", "shared": trained_shared, "budget": "90%"}
    with pytest.raises(ValueError, match=message):
        choose_tree(ChoiceConfig(**(values | change)))


def test_missing_run_names_the_script(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"config.json; it is written by scripts/train.py"):
        choose_tree(_config(output=str(tmp_path / "tree"), shared=str(tmp_path / "nowhere")))
