"""Methods are compared at equal cost, in pairs of networks of one seed, with how sure a difference is."""

import math

import pytest
import scipy.stats

from bmt_tf.grouping import Grouping
from bmt_tf.report import comparison_tables, markdown_differences
from bmt_tf.report.differences import Difference, compared_methods
from bmt_tf.report.study import ReportedRun, Score
from bmt_tf.runs import Run, TrainConfig

TASKS = ("a", "b", "c")
TOGETHER, FIRST_ALONE, SECOND_ALONE = [TASKS], [("a",), ("b", "c")], [("b",), ("a", "c")]
ALONE = [("a",), ("b",), ("c",)]


def run(name, method, gain, seed, partitions, cost=1.0, draw=0, **settings):
    settings = {"data": "scenes", "tasks": TASKS, "image_size": (32, 48), "steps": 4, **settings}
    made_by = {"method": method, "seed": draw, "budget": round(cost, 1), "unit": "multiply_adds"}
    return ReportedRun(
        name=f"{name}/seed_{seed}",
        run=Run(TrainConfig(run_dir=name, seed=seed, **settings)),
        grouping=Grouping(TASKS, ("one", "two"), partitions, made_by=made_by),
        scores={"a": Score("mIoU", 0.5 + seed / 100, "", 9, False)},
        cost={"multiply_adds": cost * 1e9},
        delta={"value": gain},
    )


def compared(*runs):
    (table,) = comparison_tables(runs)
    return {one.name: {rival: found.pairs for rival, found in one.rivals.items()} for one in compared_methods(table)}


def several(name, method, gains, partitions, **more):
    return [run(name, method, gain, seed, partitions, **more) for seed, gain in enumerate(gains)]


def test_pairs_are_of_one_seed_whatever_order_the_runs_stand_in():
    ours = several("bmn", "bmn", [3.0, 1.0, 2.0], [TOGETHER, FIRST_ALONE])
    theirs = several("vanilla", "vanilla", [2.5, 1.5, 0.0], [TOGETHER, ALONE])
    assert compared(*theirs[::-1], *ours) == {"bmn": {"vanilla": (0.5, -0.5, 2.0)}}


def test_a_seed_that_one_side_lacks_makes_no_pair_and_one_pair_says_nothing():
    ours = several("bmn", "bmn", [3.0, 1.0, 2.0], [TOGETHER, FIRST_ALONE])
    theirs = several("vanilla", "vanilla", [2.5, 1.5], [TOGETHER, ALONE])
    assert compared(*ours, *theirs) == {"bmn": {"vanilla": (0.5, -0.5)}}
    assert compared(*ours, *theirs[:1]) == {}
    unknown = several("vanilla", "vanilla", [2.5, math.nan], [TOGETHER, ALONE])
    assert compared(*ours, *unknown) == {}


def test_of_several_random_trees_of_a_seed_the_mean_counts():
    ours = several("bmn", "bmn", [3.0, 1.0], [TOGETHER, FIRST_ALONE])
    random = [
        run(f"random_{draw}", "random", draw + seed, seed, [TOGETHER, tree], draw=draw)
        for draw, tree in enumerate((SECOND_ALONE, ALONE))
        for seed in (0, 1)
    ]
    assert compared(*ours, *random) == {"bmn": {"random": (2.5, -0.5)}}


def test_trees_of_other_costs_are_not_compared_but_sharing_everything_always_is():
    ours = several("bmn", "bmn", [3.0, 1.0], [TOGETHER, FIRST_ALONE], cost=1.0)
    near = several("vanilla", "vanilla", [1.0, 1.0], [TOGETHER, ALONE], cost=1.04)
    far = several("random", "random", [1.0, 1.0], [TOGETHER, SECOND_ALONE], cost=1.06)
    shared = several("shared", "shared", [0.0, 0.5], [TOGETHER, TOGETHER], cost=0.5)
    assert compared(*ours, *near, *far, *shared) == {"bmn": {"shared": (3.0, 0.5), "vanilla": (2.0, 0.0)}}


def test_a_permuted_tree_is_compared_with_the_tree_of_its_form():
    bmn = several("bmn", "bmn", [3.0, 1.0], [TOGETHER, FIRST_ALONE])
    fafs = several("fafs", "fafs", [2.0, 2.0], [FIRST_ALONE, FIRST_ALONE])
    permuted = several("permuted_bmn_0", "permuted", [1.0, 0.0], [TOGETHER, SECOND_ALONE])
    found = compared(*bmn, *fafs, *permuted)
    assert found["bmn"] == {"permuted": (2.0, 1.0), "fafs": (1.0, -1.0)}
    assert found["fafs"] == {"bmn": (-1.0, 1.0)}


def test_networks_trained_otherwise_are_not_compared():
    ours = several("bmn", "bmn", [3.0, 1.0], [TOGETHER, FIRST_ALONE])
    theirs = several("vanilla", "vanilla", [1.0, 1.0], [TOGETHER, ALONE], weighting="uniform")
    assert compared(*ours, *theirs) == {}


def test_over_all_budgets_the_pairs_of_each_are_taken_together():
    low = several("bmn_50", "bmn", [3.0, 1.0], [TOGETHER, FIRST_ALONE], cost=1.0)
    high = several("bmn_80", "bmn", [4.0, 4.0], [FIRST_ALONE, ALONE], cost=2.0)
    vanilla = several("vanilla_50", "vanilla", [1.0, 1.0], [TOGETHER, ALONE], cost=1.0)
    dear = several("vanilla_80", "vanilla", [5.0, 3.0], [ALONE, ALONE], cost=2.0)
    found = compared(*low, *high, *vanilla, *dear)
    assert found["bmn, all budgets"] == {"vanilla": (2.0, 0.0, -1.0, 1.0)}


def test_choices_trained_by_other_weights_are_not_taken_together():
    trees = {1.0: ([TOGETHER, FIRST_ALONE], [TOGETHER, ALONE]), 2.0: ([FIRST_ALONE, ALONE], [ALONE, ALONE])}
    runs = []
    for weighting, gain in (("balanced", 1.0), ("fixed", -3.0)):
        for cost, (ours, theirs) in trees.items():
            form = {"cost": cost, "weighting": weighting}
            runs += several(f"{weighting}/bmn_{cost:.0f}", "bmn", [gain, gain + cost], ours, **form)
            runs += several(f"{weighting}/vanilla_{cost:.0f}", "vanilla", [0.0, cost], theirs, **form)
    found = compared(*runs)
    assert found["balanced/bmn, all budgets"] == {"vanilla": (1.0,) * 4}
    assert found["fixed/bmn, all budgets"] == {"vanilla": (-3.0,) * 4}


@pytest.mark.parametrize("pairs", [(1.0, 2.0, 4.0), (-0.5, 0.25), (0.1, -0.1, 0.3, 0.7, 0.2)])
def test_how_sure_a_difference_is_equals_the_paired_t_test_of_scipy(pairs):
    expected = scipy.stats.ttest_1samp(pairs, 0.0)
    found = Difference(pairs)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-12)
    assert found.mean / found.error == pytest.approx(expected.statistic, rel=1e-12)


def test_pairs_without_spread_have_no_p_value():
    assert math.isnan(Difference((1.0, 1.0)).p_value)


def test_markdown_has_a_line_for_each_choice_and_nothing_without_two_seeds():
    ours = several("bmn", "bmn", [3.0, 1.0, 2.0], [TOGETHER, FIRST_ALONE])
    theirs = several("vanilla", "vanilla", [2.5, 1.5, 0.0], [TOGETHER, ALONE])
    (table,) = comparison_tables([*ours, *theirs])
    assert markdown_differences(table).splitlines() == [
        "| delta_m (%) of | less vanilla |",
        "| --- | ---: |",
        "| bmn | +0.67 ± 0.73 (p = 0.46, 3 pairs) |",
    ]
    (table,) = comparison_tables([ours[0], theirs[0]])
    assert markdown_differences(table) == ""
