"""Several seeds of one tree, or several permutations of its tasks, are taken together."""

import dataclasses
import math
import statistics

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.report import comparison_tables, markdown_table
from bmt_tf.report.lines import common_name, lines_of
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
            run("tree/seed_0", 0.25, [together, parted], "bmn", 0, -1.5),
            run("tree/seed_1", 0.35, [together, parted], "bmn", 1, -1.9),
            run("other_tree", 0.5, [parted, parted], "bmn"),
            run("other_method", 0.5, [together, parted], "vanilla"),
        ]
    )
    return found


def test_mean_and_standard_error_are_of_the_networks_that_differ_by_chance_alone(table):
    found, *others = sorted(lines_of(table), key=lambda line: not line.several)
    assert [table.entries[number].name for number in found.numbers] == ["tree/seed_0", "tree/seed_1"]
    assert not any(line.several for line in others)
    texts = {column.heading: cell.whole for column, cell in zip(table.columns, found.cells, strict=True)}
    assert texts["semseg"] == f"0.300 ± {statistics.stdev([0.25, 0.35]) / math.sqrt(2):.3f}"
    assert texts["delta_m"] == "\u22121.70 ± 0.20"


def test_the_best_of_a_column_is_that_of_means_and_lone_networks(table):
    best = {line.entry.name: line.cells[0].best for line in lines_of(table)}
    assert best == {"tree": True, "other_tree": False, "other_method": False}  # less is better


def test_markdown_ends_with_them(table):
    last = markdown_table(table).splitlines()[-1]
    assert last.startswith("| tree | 1\u00d71 2\u00d71 | 2 runs | 0.300 ± 0.050 |")


@pytest.mark.parametrize(
    ("names", "common"),
    [
        (["bmn_85/seed_0", "bmn_85/seed_1"], "bmn_85"),
        (["random_85_0/seed_0", "random_85_1/seed_2"], "random_85"),
        (["random_0", "random_1", "random_12"], "random"),
        (["single/seed_0", "single/seed_1"], "single"),
        (["single, seed 0", "single, seed 1"], "single"),
        (["seed_0", "seed_1"], "seed_0, seed_1"),
        (["one", "two"], "one, two"),
        (["bmn_50", "bmn_50_again"], "bmn_50"),
        (["tree_1", "tree_10"], "tree"),
        (["same", "same"], "same"),
    ],
)
def test_networks_that_stand_in_one_line_are_called_by_what_their_names_have_in_common(names, common):
    assert common_name(names) == common


def test_gains_over_the_networks_of_each_seed_are_averaged_and_over_other_networks_not(table):
    singles = [single(f"single/seed_{seed}/{task}", task, seed) for seed in (0, 1) for task in TASKS]

    def of(seed, over):
        references = {task: f"{over}/{task}" for task in TASKS}
        found = run(f"tree/seed_{seed}", 0.25 + seed / 10, TREE, "bmn", seed, made_by={"budget": 5})
        return dataclasses.replace(found, delta={"value": seed - 2.0, "per_task": {}, "references": references})

    (own,) = comparison_tables([*singles, of(0, "single/seed_0"), of(1, "single/seed_1")])
    shown = [(line.entry.name, line.cells[[c.heading for c in own.columns].index("delta_m")]) for line in lines_of(own)]
    assert [name for name, _ in shown] == ["single-task networks", "tree"]
    assert shown[1][1].whole == "\u22121.50 ± 0.50"
    (mixed,) = comparison_tables([*singles, of(0, "single/seed_0"), of(1, "elsewhere")])
    (line,) = (line for line in lines_of(mixed) if line.entry.name == "tree")
    assert line.cells[[column.heading for column in mixed.columns].index("delta_m")].text == "\u2013"


def single(name, task, seed):
    settings = TrainConfig(run_dir=name, seed=seed, data="scenes", tasks=(task,), image_size=(32, 48), steps=4)
    tree = Grouping.shared((task,), ("one", "two"))
    return ReportedRun(name, Run(settings), tree, {task: Score("mIoU", 0.3, "", False, 9)}, {"multiply_adds": 2e9})


TOGETHER, PARTED = [TASKS], [("semseg",), ("depth",)]
TREE = [TOGETHER, PARTED]


def joined(*runs):
    (found,) = comparison_tables(runs)
    return [tuple(found.entries[number].name for number in line.numbers) for line in lines_of(found) if line.several]


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
