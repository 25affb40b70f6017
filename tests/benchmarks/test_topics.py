"""The topics of the benchmark: each is a file with rows, and the program takes them by name."""

import functools
import importlib
import inspect
import subprocess
import sys

import pytest

from benchmarks import costs, topics

pytestmark = pytest.mark.traced


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_topic_can_be_imported_and_takes_the_settings(topic):
    assert list(inspect.signature(importlib.import_module(f"benchmarks.{topic}").rows).parameters) == ["settings"]


def test_every_file_with_rows_is_a_topic(root):
    files = {path.stem for path in (root / "benchmarks").glob("*.py") if "\ndef rows(settings" in path.read_text()}
    assert files == set(topics.TOPICS)


def test_the_rows_are_those_of_the_topic(monkeypatch):
    monkeypatch.setattr(costs, "RUNTIMES", {"saved_model": "tensorflow"})
    monkeypatch.setattr(costs, "served_latency", functools.partial(costs.served_latency, runs=1))
    rows = topics.rows("costs", topics.Settings("narrow", (32, 32)))
    assert [name.split(",")[0] for name, _ in rows] == [
        "all shared", "two branches from half way", "parted half way", "two", "parted after the stem"
    ]  # fmt: skip
    assert all("saved_model" in name and " ms (" in value for name, value in rows)


def test_an_unknown_topic_is_named_before_anything_is_measured(root):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--only=costs,speed"], cwd=root, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0 and done.stdout.count("###") == 0
    assert "`only` must be among training, weighting, pipeline" in done.stderr + done.stdout
    assert "Received: speed." in done.stderr + done.stdout
