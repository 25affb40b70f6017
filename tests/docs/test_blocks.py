"""The files that documents show are read by what reads such files; commands and Python are tried in tests/house."""

import pytest
from house.commands import blocks, command_faults
from house.sources import documents

from bmt_tf.data.description import read_description
from bmt_tf.data.sets.own_settings import with_own_settings
from bmt_tf.tasks import get_task

TRIED = ("python", "bash", "json", "yaml")
TASKONOMY = {"depth": get_task("depth"), "semseg": get_task("semseg", channels=17)}
WORDS = ("", "text")  # trees of files and what a program prints; commands in the former are tried, too


def shown(*languages):
    return [(path.name, block) for path in documents() for block in blocks(path.read_text(), languages)]


def test_every_block_is_in_a_language_that_is_tried_or_is_no_code():
    known = {block for _, block in shown(*TRIED, *WORDS)}
    assert not [(name, block) for name, block in shown(*every_language()) if block not in known]


def every_language():
    lines = [line for path in documents() for line in path.read_text().splitlines() if line.startswith("```")]
    return {line.removeprefix("```") for line in lines}


def test_descriptions_of_data_are_read(tmp_path):
    found = shown("json")
    for name, block in found:
        own = '"name"' not in block  # settings beside a data set as it is distributed
        (tmp_path / ("tasks.json" if own else "dataset.json")).write_text(block)
        tasks = with_own_settings(str(tmp_path), TASKONOMY) if own else read_description(str(tmp_path)).tasks
        assert set(tasks) >= {"semseg", "depth"}, name
    assert {name for name, _ in found} == {"README.md", "data_folder.md", "data_sets.md"}


def test_studies_have_jobs_whose_calls_the_scripts_take(root):
    yaml = pytest.importorskip("yaml")
    from studies.description import study_of
    from studies.jobs import study_jobs

    found = shown("yaml")
    jobs = [job for name, block in found for job in study_jobs(study_of("my_study", yaml.safe_load(block), name))]
    assert len(jobs) > 20
    places = {"out": "runs/x", "data": "DATA", "weights": "WEIGHTS"}
    assert command_faults(root, [list(job.command(places)) for job in jobs]) == []
