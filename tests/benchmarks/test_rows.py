"""Each topic's rows, measured in miniature: what is measured, and in which form it is said."""

import json
import multiprocessing
import re

import pytest
from killed_program import in_a_process

from benchmarks import topics

SMALL = topics.Settings("narrow", (32, 32), features=1000, files=300)
MS, SECONDS = r"\d+ ms", r"\d+\.\d+ s"
SMALL_SEARCH = {
    "supergraph.TASKS": ("semseg", "normals"),
    "supergraph.NETWORK": {"encoder": "narrow", "output_stride": 8},
}
# By topic what makes its problem small, how many rows it then has, and what a row says.
ROWS = {
    "pipeline": ({"IMAGES": 16, "BATCHES": 2, "RENDERED": 1}, 2, r"\d+"),
    "affinity": ({"IMAGES": 8, "HELD": 50, "BLOCKS": 2}, 3, rf"{SECONDS}|.* GiB of disk"),
    "trees": ({"BLOCKS": 3, "EXACT": (2, 3), "MANY": (5, 2)}, 4, rf"{SECONDS}(, \d+ trees|, \d+\.\d\d%)?"),
    "expected_cost": ({"BLOCKS": 2, "PROBLEMS": ((2, 2), (3, 2))}, 2, r"\d+\.\d ms"),
    "edges": ({"IMAGES": 1, "ALL": 2, "SIZE": (32, 48)}, 2, rf"{SECONDS}|\d+\.\d minutes"),
    "large_data": ({}, 8, r".*\d.*"),
}
OF_NETWORKS = {
    "training": ({"STEPS": 2, "ROUNDS": 1}, 4, rf"{MS}, (\d+ images a second|\d+\.\d\d times ours)"),
    "weighting": ({"STEPS": 1, "ROUNDS": 1}, 12, rf"{MS}( \(\d+\.\d\d times fixed weights\))?"),
    "soft_sharing": ({"STEPS": 1}, 5, rf"{MS} \(\d+\.\d\d times the single networks\); peak so far \d+\.\d GiB"),
}
IN_PROCESSES = {
    "search_memory": (
        {"PHASES": ("theta",), "SIDES": (32,), "STEPS": 1} | SMALL_SEARCH,
        1,
        r"TensorFlow and the package \d\.\d\d, supergraph \d\.\d\d, traced \d\.\d\d, computed \d\.\d\d GiB",
    ),
    "hosts": (
        {"STEPS": 2, "BATCH": 4, "IMAGES": 64, "SCORED": 4, "OUTPUT_STRIDE": 8},
        4,
        r"\d+\.\d images/s trained on, \d+ images read; \d+\.\d images/s scored, the start among it"
        r"|weights differ by \de-\d\d, scores by \de[-+]\d\d at most",
    ),
    # Three for each tree on one core, where some choices are the same, and six on two.
    "threads": (
        {"STEPS": 1, "ROUNDS": 1, "TREES": ("shared",)},
        range(3, 8),
        rf"{MS} \(\d+ to \d+\), \d+\.\d\d times TensorFlow's defaults",
    ),
    "forty_tasks": (
        {"COUNTS": (3, 4), "TRAINING": 20, "SEARCH": 2, "HELD_OUT": 8, "IMAGES": {"train": 144, "val": 32}},
        11,
        r"3 tasks \d+ s .* times the processor",
    ),
}
ELSEWHERE = {"costs", "serving", "supergraph", "growth", "operators"}  # in files of their own, and below


@pytest.mark.parametrize("topic", ROWS)
def test_rows_of_a_topic(topic):
    _check(_rows(topic, ROWS[topic][0]), *ROWS[topic][1:])


@pytest.mark.whole
@pytest.mark.parametrize("topic", OF_NETWORKS)
def test_rows_of_a_topic_on_whole_networks(topic):
    _check(_rows(topic, OF_NETWORKS[topic][0]), *OF_NETWORKS[topic][1:])


@pytest.mark.whole
@pytest.mark.parametrize("topic", IN_PROCESSES)
def test_rows_of_a_topic_whose_programs_are_processes_of_their_own(topic, tmp_path):
    small, *form = IN_PROCESSES[topic]
    assert in_a_process(_write_rows, topic, small, tmp_path / "rows.json", timeout=600) == 0
    _check(json.loads((tmp_path / "rows.json").read_text()), *form)


@pytest.mark.traced
def test_operators_are_told_by_their_kind_the_longest_first(monkeypatch):
    monkeypatch.setattr("benchmarks.operators.SHARE", 0.0)  # any kind may have little of so small a step
    first, *others = topics.rows("operators", SMALL)
    assert re.fullmatch(MS, first[1])
    parts = [re.fullmatch(r"(\d+\.\d) ms, (\d+)%", value).groups() for _, value in others]
    times = [float(milliseconds) for milliseconds, _ in parts]
    rounded = 0.5 + 0.05 * len(times)
    assert times == sorted(times, reverse=True)
    assert sum(times) == pytest.approx(float(first[1].split()[0]), abs=rounded)
    assert {"FusedBatchNormGradV3", "Conv2DBackpropFilter"} <= {name for name, _ in others}


def test_each_topic_has_a_test_of_its_rows():
    assert set(topics.TOPICS) == ROWS.keys() | OF_NETWORKS.keys() | IN_PROCESSES.keys() | ELSEWHERE


def _rows(topic, small):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in small.items():
            patch.setattr(f"benchmarks.{name if '.' in name else f'{topic}.{name}'}", value)
        return topics.rows(topic, SMALL)


def _write_rows(topic, small, path):
    context = multiprocessing.get_context("fork")  # or what was made small would be large again
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(multiprocessing, "get_context", lambda way: context)
        path.write_text(json.dumps(_rows(topic, small)))


def _check(rows, count, form):
    assert len(rows) == len(dict(rows)) and len(rows) in (count if isinstance(count, range) else [count])
    assert all(re.fullmatch(form, value) for _, value in rows), rows
