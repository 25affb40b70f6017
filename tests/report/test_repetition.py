"""Several seeds of one tree, or several permutations of its tasks, are taken together."""

import statistics

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.report import comparison_tables, markdown_table
from bmt_tf.report.repetition import repeats
from bmt_tf.report.study import ReportedRun, Score
from bmt_tf.runs import Run, TrainConfig

TASKS = ("semseg", "depth")


def run(name, value, partitions, method, seed=0, delta=0.0):
    settings = TrainConfig(run_dir=name, data="scenes", tasks=TASKS, image_size=(32, 48), steps=4, seed=seed)
    return ReportedRun(
        name=name,
        run=Run(settings),
        grouping=Grouping(TASKS, ("one", "two"), partitions, made_by={"method": method}),
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
