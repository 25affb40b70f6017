"""Several seeds of one tree, or several permutations of its tasks, are taken together."""

import dataclasses
import statistics

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.report import comparison_tables, markdown_table
from bmt_tf.report.repetition import repeats
from bmt_tf.report.study import ReportedRun, Score
from bmt_tf.runs import Run, TrainConfig

TASKS = ("semseg", "depth")


def run(name, value, partitions, method, seed=0, delta=0.0, made_by=None, **settings):
    settings = {"data": "scenes", "tasks": TASKS, "image_size": (32, 48), "steps": 4, **settings}
    settings = TrainConfig(run_dir=name, seed=seed, **settings)
    return ReportedRun(
        name=name,
        run=Run(settings),
        grouping=Grouping(TASKS, ("one", "two"), partitions, made_by={"method": method, **(made_by or {})}),
        scores={"semseg": Score("mIoU", value, "", False, 9)},
        cost={"multiply_adds": 2e9},
        delta={"value": delta},
    )


@pytest.fixture
def table():
    together, parted = [TASKS], [("semseg",), ("depth",)]
    (found,) = comparison_tables(
        [
            run("seed_0", 0.25, [together, parted], "bmn", 0, -1.5),
            run("seed_1", 0.35, [together, parted], "bmn", 1, -1.9),
            run("other_tree", 0.5, [parted, parted], "bmn"),
            run("other_method", 0.5, [together, parted], "vanilla"),
        ]
    )
    return found


def test_mean_and_deviation_are_of_the_networks_that_differ_by_chance_alone(table):
    (found,) = repeats(table)
    assert found.names == ("seed_0", "seed_1")
    texts = dict(zip([column.heading for column in table.columns], found.texts, strict=True))
    assert texts["semseg"] == f"0.300 ± {statistics.stdev([0.25, 0.35]):.3f}"
    assert texts["delta_m"] == "\u22121.70 ± 0.28"


def test_markdown_ends_with_them(table):
    last = markdown_table(table).splitlines()[-1]
    assert last.startswith("| seed_0, seed_1 | 1\u00d71 2\u00d71 | 2 runs | 0.300 ± 0.071 |")


TOGETHER, PARTED = [TASKS], [("semseg",), ("depth",)]
TREE = [TOGETHER, PARTED]


def joined(*runs):
    (found,) = comparison_tables(runs)
    return [repeat.names for repeat in repeats(found)]


@pytest.mark.parametrize(
    "other",
    [
        {"loss_weights": {"depth": 2.0}},
        {"divide_learning_rate": False},
        {"xla": True},
        {"folded": 1},
        {"weighting": "balanced"},
        {"updates": "in_turn"},
    ],
)
def test_networks_of_other_settings_are_no_two_draws(other):
    assert joined(run("one", 0.25, TREE, "bmn"), run("two", 0.35, TREE, "bmn", **other)) == []
    assert joined(run("one", 0.25, TREE, "bmn"), run("two", 0.35, TREE, "bmn", 1, **other)) == []


def test_paths_and_what_changes_no_result_may_differ():
    other = {"grouping": "elsewhere/grouping.json", "checkpoint_every": 7}
    assert joined(run("one", 0.25, TREE, "bmn"), run("two", 0.35, TREE, "bmn", 1, **other)) == [("one", "two")]


def test_other_trees_of_one_form_and_cost_are_no_two_draws():
    three = ("a", "b", "c")

    def of(name, pair, seed, method="bmn"):
        rest = [(task,) for task in three if task not in pair]
        tree = Grouping(three, ("one",), [[pair, *rest]], made_by={"method": method, "seed": seed})
        template = run(name, 0.2 + seed / 10, TREE, method, 0, tasks=three)
        return dataclasses.replace(template, grouping=tree)

    assert joined(of("one", ("a", "b"), 0), of("two", ("b", "c"), 1)) == []
    permuted = joined(of("one", ("a", "b"), 0, "permuted"), of("two", ("b", "c"), 1, "permuted"))
    assert permuted == [("one", "two")]


def test_random_trees_are_draws_of_their_budget():
    one = run("one", 0.25, TREE, "random", made_by={"budget": 5, "seed": 0})
    two = run("two", 0.35, [PARTED, PARTED], "random", made_by={"budget": 5, "seed": 1})
    third = run("three", 0.45, [PARTED, PARTED], "random", made_by={"budget": 6, "seed": 1})
    assert joined(one, two, third) == [("one", "two")]


def test_a_copy_of_a_run_is_no_second_draw():
    assert joined(run("one", 0.25, TREE, "bmn"), run("copy", 0.25, TREE, "bmn")) == []


def test_networks_whose_settings_are_not_known_are_not_joined():
    bare = [dataclasses.replace(run(name, 0.2, TREE, "bmn", seed), run=None) for seed, name in enumerate("ab")]
    assert joined(*bare) == []
