"""A folder of runs stands for the runs in it."""

import os

import pytest

from bmt_tf import _files as files
from bmt_tf.runs.folders import runs_in, single_task_runs
from bmt_tf.runs.paths import RunPaths


@pytest.fixture
def singles(tiny):
    """The folder of two single-task runs that have begun, and of something else."""
    for task in ("depth", "semseg"):
        settings = tiny(f"single/{task}", tasks=(task,))
        record = {"config": settings.to_json(), "kind": "TrainConfig", "data": {"name": "scenes", "fingerprint": "x"}}
        files.write_json(RunPaths(settings.run_dir).config, record)
    folder = os.path.dirname(settings.run_dir)
    os.mkdir(os.path.join(folder, "notes"))
    return folder


def test_a_folder_stands_for_the_runs_in_it(singles):
    runs = [os.path.join(singles, task) for task in ("depth", "semseg")]
    assert runs_in([singles], "references") == runs
    assert runs_in([runs[1], singles], "references") == [runs[1], *runs]
    assert runs_in([], "references") == []


def test_single_task_runs_of_a_folder_are_in_the_order_of_the_data(singles):
    assert [os.path.basename(run) for run in single_task_runs([singles], "run_dirs")] == ["semseg", "depth"]


@pytest.mark.parametrize("path", ["notes", "absent"])
def test_a_path_without_runs_is_named_with_the_argument(singles, path):
    with pytest.raises(FileNotFoundError, match=f"`references` must be run directories.*{path}, where there is no"):
        runs_in([os.path.join(singles, path)], "references")
