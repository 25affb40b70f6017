"""A study does what is missing, goes on where it was killed, and does again what other settings ask for."""

import time

import pytest

pytest.importorskip("snakemake")
EVERYTHING = [
    ("affinity", "affinity"),
    ("evaluate", "bmn"),
    ("evaluate", "bmtas"),
    ("evaluate", "shared"),
    ("evaluate", "single/semseg"),  # and depth, by the same call
    ("group", "trees/bmn"),
    ("group", "trees/bmtas"),
    ("report", ""),
    ("search", "search"),
    ("train", "bmn"),
    ("train", "bmtas"),
    ("train", "shared"),
    ("train", "single"),
]


def test_changed_settings_redo_what_depends_on_them_and_nothing_else(project):
    status, printed, called = project.run("two", "--cores=2")
    assert status == 0 and called == EVERYTHING, printed
    assert "| a table |" in printed and "report.html" in printed  # what the report has printed stands at the end

    # Neither a comment nor a setting without effect on the result asks for anything.
    project.write("flags/train.flags", "# Other words.\n--checkpoint_every=1\n--steps=10\n")
    status, printed, called = project.run("two", "--cores=2")
    assert status == 0 and called == [], printed

    project.write("flags/search.flags", "--steps=20\n")
    status, printed, called = project.run("two", "--cores=2", "--plan")
    assert "5 of 13 jobs to be done" in printed and called == [], printed
    status, printed, called = project.run("two", "--cores=2")
    assert status == 0, printed
    assert called == [one for one in EVERYTHING if one[1] in ("search", "trees/bmtas", "bmtas", "")]
    # What was begun with the settings of before is kept beside the study, not gone on with.
    runs = project.folder / "runs"
    for name in ("search", "bmtas"):
        assert (runs / "two" / name / "checkpoint").read_text() == "step\n"
        assert (runs / "two.replaced" / name / "checkpoint").read_text() == "step\n"
    assert not (runs / "two.replaced" / "bmn").exists()


def test_a_killed_study_goes_on_with_what_it_had(project):
    project.write("stall", "/shared")
    project.write("calls", "")
    process = project.start("two", "--cores=1")
    checkpoint = project.folder / "runs" / "two" / "shared" / "checkpoint"
    for _ in range(600):
        if checkpoint.exists() and checkpoint.read_text():
            break
        time.sleep(0.1)
    # While it runs no other may work in its folder.
    status, printed, _ = project.run("two", "--cores=1")
    assert status == 2 and "no other process runs" in printed
    project.kill(process)
    before = project.folder / "runs" / "two" / "single" / "checkpoint"
    assert before.read_text() == "step\n"
    status, printed, called = project.run("two", "--cores=1")
    assert status == 0, printed
    assert ("train", "shared") in called and ("train", "single") not in called
    assert checkpoint.read_text() == "step\nstep\n"  # its folder was not begun anew


def test_a_job_that_fails_is_told_and_what_does_not_need_it_is_done(project):
    project.write("scripts/affinity.py", "import sys\nsys.exit('The features are gone.')\n")
    status, printed, called = project.run("two", "--cores=2")
    assert status != 0
    assert "affinity has failed" in printed and "The features are gone." in printed
    assert ("evaluate", "bmtas") in called and ("train", "bmn") not in called


def test_a_cluster_runs_the_same_study(project):
    """The cluster is this machine; each job starts Snakemake anew, so two of them will do."""
    pytest.importorskip("snakemake_executor_plugin_cluster_generic")
    submit = project.folder / "submit.sh"
    submit.write_text('#!/bin/sh\nsh "$1" > "$1.log" 2>&1 &\necho $!\n')
    submit.chmod(0o755)
    cluster = ("--executor", "cluster-generic", "--jobs", "2", "--cluster-generic-submit-cmd", str(submit))
    waiting = ("--latency-wait", "5", "--seconds-between-status-checks", "1")
    status, printed, called = project.run(
        "two", "--", *cluster, *waiting, "search/.finished", "trees/bmtas/grouping.json"
    )
    assert status == 0 and called == [("group", "trees/bmtas"), ("search", "search")], printed
