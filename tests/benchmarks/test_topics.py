"""The topics of the benchmark: each is a file with rows, and the program takes them by name."""

import functools
import importlib
import inspect
import re
import subprocess
import sys

import pytest

from benchmarks import costs, scene_problem, topics
from bmt_tf.grouping import Grouping

pytestmark = pytest.mark.traced


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_topic_can_be_imported_and_takes_the_settings(topic):
    assert list(inspect.signature(importlib.import_module(f"benchmarks.{topic}").rows).parameters) == ["settings"]


def test_every_file_with_rows_is_a_topic(root):
    files = {path.stem for path in (root / "benchmarks").glob("*.py") if "\ndef rows(settings" in path.read_text()}
    assert files == set(topics.TOPICS)


def test_the_rows_are_those_of_the_topic(monkeypatch):
    """One tree of two tasks is served; it is measured as all of them are."""
    tasks = ("semseg", "depth")
    for module in (costs, scene_problem):
        monkeypatch.setattr(module, "TASKS", tasks)
    monkeypatch.setattr(costs, "_trees", lambda blocks: {"all shared": Grouping.shared(tasks, blocks)})
    monkeypatch.setattr(costs, "RUNTIMES", {"saved_model": "tensorflow"})
    monkeypatch.setattr(costs, "served_latency", functools.partial(costs.served_latency, runs=1))
    [(name, value)] = topics.rows("costs", topics.Settings("narrow", (32, 32)))
    assert re.fullmatch(r"all shared, saved_model, \S+ threads: served, and by the table", name)
    assert re.fullmatch(r"\d+\.\d ms, \d+\.\d ms \([+-]\d+%\)", value)


def test_trees_whose_times_are_compared_part_in_several_ways():
    blocks = tuple(f"block_{number}" for number in range(10))
    trees = costs._trees(blocks)
    assert [name.split(",")[0] for name in trees] == [
        "all shared", "two branches from half way", "parted half way", "two", "parted after the stem"
    ]  # fmt: skip
    shared, *others, parted = trees.values()
    assert shared == Grouping.shared(scene_problem.TASKS, blocks)
    assert parted == Grouping.separate(scene_problem.TASKS, blocks)
    branches = [(1,) * 5 + (2,) * 5, (1,) * 5 + (4,) * 5, (1, 1, 2, 2, 2, 3, 3, 3, 4, 4)]
    assert [tuple(tree.branches) for tree in others] == branches


def test_an_unknown_topic_is_named_before_anything_is_measured(root):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--only=costs,speed"], cwd=root, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0 and done.stdout.count("###") == 0
    assert "`only` must be among training, weighting, pipeline" in done.stderr + done.stdout
    assert "Received: speed." in done.stderr + done.stdout
