"""What a search leaves behind: alpha at the beginning of the cycles, the tree, its cost."""

import dataclasses

import keras
import numpy as np
import pytest
from tiny_runs import tiny_search

from bmt_tf._files import read_json
from bmt_tf.costs import CostTable
from bmt_tf.data import open_data
from bmt_tf.grouping import Grouping
from bmt_tf.runs import Run
from bmt_tf.runs.progress import progress_of_run
from bmt_tf.search import AlphaHistory
from bmt_tf.training.branch_search import results as search_results
from bmt_tf.training.branch_search.results import History, write_results
from bmt_tf.training.branch_search.schedule import SearchSchedule

BLOCKS = ("one", "two", "three")
TABLE = CostTable("multiply_adds", 7, {"one": 100, "two": 10, "three": 1}, {"semseg": 2, "depth": 3})
SCHEDULE = SearchSchedule(warm_up=2, alpha_pass=2, theta_pass=4, theta=27)  # seven cycles, the last one cut off


def _run_through(config, history, alpha):
    """Gives alpha the number of updates done as its value, at every one of them."""
    with progress_of_run(Run(config), SCHEDULE.left, shows=False) as progress:
        for done in range(SCHEDULE.warm_up, SCHEDULE.total):
            update = SCHEDULE.update(done)
            alpha.assign(np.full(alpha.shape, done))
            if update.begins:
                history.record(update, alpha, progress)
        alpha.assign(np.full(alpha.shape, SCHEDULE.total))
        return history.finish(alpha, progress)


@pytest.mark.parametrize(("limit", "cycles"), [(500, range(7)), (7, range(7)), (3, (0, 3, 6)), (2, (0, 4))])
def test_history_holds_the_beginnings_of_at_most_so_many_cycles_and_the_end(tmp_path, monkeypatch, limit, cycles):
    monkeypatch.setattr(search_results, "MOMENTS", limit)
    config = tiny_search(tmp_path)
    tasks = tuple(open_data(config.data, "train").tasks[name] for name in config.tasks)
    alpha = keras.Variable(np.zeros([3, 2, 2], np.float32))
    result = _run_through(config, History(config, SCHEDULE, tasks, BLOCKS, TABLE), alpha)
    assert result.steps.tolist() == [*(4 * cycle for cycle in cycles), 27]
    assert result.history[:, 0, 0, 0].tolist() == [*(2 + 6 * cycle for cycle in cycles), SCHEDULE.total]
    assert result.temperature[0] == 5.0 and result.temperature[-1] == pytest.approx(0.1)


def test_results_are_the_tree_of_the_largest_alpha_and_its_cost(tmp_path):
    config = tiny_search(tmp_path, paper_units=True, cost_unit="paper_multiply_adds", weighting="balanced")
    alpha = np.zeros([3, 2, 2], np.float32)
    alpha[1:, 0, 1] = 30.0  # from the second block on, semseg all but surely goes another way than depth
    alpha[:, 1, 0] = 30.0
    alpha[0, 0, 0] = 30.0
    result = AlphaHistory(alpha, alpha[None], np.array([6]), np.array([0.1]), config.tasks, BLOCKS)
    timing = {"seconds": {"warm_up": 1800.0, "alpha": 0.0, "theta": 1800.0}, "seconds_per_step": {}}
    run = Run(config)
    tasks = [dataclasses.replace(task, weight=weight) for task, weight in zip(run.tasks, (0.5, 3.0), strict=True)]
    write_results(run, tasks, SCHEDULE, TABLE, result, timing)
    tree = Grouping.load(tmp_path / "grouping.json")
    summary = read_json(tmp_path / "search.json")
    assert tree.branches == (1, 2, 2) and tree.encoder == "small"
    assert summary["cost"] == tree.made_by["cost"] == 7 + 100 + 2 * 11 + 5
    assert summary["expected_cost"] == pytest.approx(summary["cost"], rel=1e-6)
    assert (summary["hours"], tree.made_by["paper_units"]) == (1.0, True)
    assert summary["weighting"] == tree.made_by["weighting"] == "balanced"
    assert summary["loss_weights"] == {"semseg": 0.5, "depth": 3.0}
    np.testing.assert_array_equal(AlphaHistory.load(tmp_path / "alpha.npz").alpha, alpha)


def test_more_tasks_than_can_be_counted_exactly_have_a_sampled_cost(tmp_path):
    names = tuple(f"task{number}" for number in range(17))
    table = CostTable("multiply_adds", 0, {"one": 1}, dict.fromkeys(names, 0))
    alpha = np.zeros([1, 17, 2], np.float32)
    alpha[:, :, 0] = 30.0
    result = AlphaHistory(alpha, alpha[None], np.array([6]), np.array([0.1]), names, ("one",))
    timing = {"seconds": {"theta": 1.0}, "seconds_per_step": {}}
    config = tiny_search(tmp_path, tasks=names)
    write_results(Run(config), (), SCHEDULE, table, result, timing)
    assert read_json(tmp_path / "search.json")["expected_cost"] == pytest.approx(1.0, rel=1e-6)
