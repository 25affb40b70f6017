"""A study does what is missing, goes on where it was stopped, and does again what other settings ask for."""

import re
import signal
import time

import pytest

psutil = pytest.importorskip("psutil")  # which Snakemake needs
pytest.importorskip("snakemake")
EVERYTHING = [
    ("affinity", "affinity"),
    ("evaluate", "bmn"),
    ("evaluate", "bmtas"),
    ("evaluate", "shared"),
    ("evaluate", "single/semseg"),  # and depth, by the same call
    ("export", "bmn"),
    ("group", "trees/all_fafs_shared"),  # which measures what is hard for whom
    ("group", "trees/bmn"),
    ("group", "trees/bmtas"),
    ("group", "trees/fafs"),
    ("predict", "drawn"),  # a call of one's own
    ("predict", "predictions"),
    ("report", ""),
    ("search", "search"),
    ("tables", ""),
    ("tables", "figures/bmn.2b.svg"),
    ("train", "bmn"),
    ("train", "bmtas"),
    ("train", "shared"),
    ("train", "single"),
    ("write_data", "data"),
    ("write_data", "photographs"),
]
RESULTS = ("", "figures/bmn.2b.svg")  # report and table, and the figure


@pytest.mark.whole
def test_every_rule_is_run_and_changed_settings_redo_what_depends_on_them_and_nothing_else(project, root):
    status, printed, called = project.run("two", "--cores=2")
    assert status == 0 and called == EVERYTHING, printed
    assert "| a table |" in printed and "report.html" in printed  # what the report has printed stands at the end
    runs = project.folder / "runs"
    rules = set(re.findall(r"^rule (\w+):", (root / "studies" / "Snakefile").read_text(), re.MULTILINE))
    assert {path.name for path in (runs / "two" / ".study" / "times").iterdir()} == rules - {"all"}
    assert (runs / "two" / "tables.md").read_text() == "| a table |\n"

    # Neither a comment nor a setting without effect on the result asks for anything.
    project.write("flags/train.flags", "# Other words.\n--checkpoint_every=1\n--steps=10\n")
    project.write("flags/search.flags", "--steps=20\n")
    status, printed, called = project.run("two", "--cores=2", "--plan")
    assert "7 of 22 jobs to be done" in printed and called == [], printed
    status, printed, called = project.run("two", "--cores=2")
    assert status == 0, printed
    assert called == [one for one in EVERYTHING if one[1] in ("search", "trees/bmtas", "bmtas", *RESULTS)]
    # What was begun with the settings of before is kept beside the study, not gone on with.
    for name in ("search", "bmtas"):
        assert (runs / "two" / name / "checkpoint").read_text() == "step\n"
        assert (runs / "two.replaced" / name / "checkpoint").read_text() == "step\n"
    assert not (runs / "two.replaced" / "bmn").exists()


def test_a_study_that_is_ended_or_killed_goes_on_with_what_it_had(project):
    wanted = ("two", "--cores=1", "--", "--quiet", "all", "--", "shared/.finished")
    project.write("stall", "/shared")
    project.write("calls", "")
    process = project.start(*wanted)
    checkpoint = project.folder / "runs" / "two" / "shared" / "checkpoint"
    _wait_for(checkpoint, "step\n")
    # While it runs no other may work in its folder.
    status, printed, _ = project.run(*wanted)
    assert status == 2 and "no other process runs" in printed

    # A signal to the study alone stops it with its jobs, as Ctrl-C does; no job is waited for.
    training = int((project.folder / "stalled").read_text())
    process.send_signal(signal.SIGTERM)
    printed, _ = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM, printed
    assert "train shared was stopped" in printed and "the same command goes on" in printed
    assert not psutil.pid_exists(training)

    process = project.start(*wanted)
    _wait_for(checkpoint, "step\nstep\n")  # its folder was not begun anew
    # Killed without a word, and nothing else with it, it leaves jobs behind that work on: no other may.
    left = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    status, printed, _ = project.run(*wanted)
    assert status == 2 and "no other process runs" in printed
    for one in left:
        one.kill()
    psutil.wait_procs(left, timeout=10)
    (project.folder / "stall").unlink()
    status, printed, called = project.run(*wanted)
    assert status == 0, printed
    assert called == [("train", "shared")]
    assert checkpoint.read_text() == "step\nstep\nstep\n"


def _wait_for(path, text):
    for _ in range(600):
        if path.exists() and path.read_text() == text:
            return
        time.sleep(0.1)
    pytest.fail(f"{path} does not say {text!r}.")


def test_a_job_that_fails_is_told_and_what_does_not_need_it_is_done(project):
    project.write("scripts/affinity.py", "import sys\nsys.exit('The features are gone.')\n")
    wanted = ("--quiet", "all", "--", "bmtas/.finished", "bmn/.finished")
    status, printed, called = project.run("two", "--cores=2", "--", *wanted)
    assert status not in (0, 2)
    assert "affinity has failed" in printed and "The features are gone." in printed
    assert ("train", "bmtas") in called and ("train", "bmn") not in called


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
    assert status == 0, printed
    assert called == [("group", "trees/bmtas"), ("search", "search"), ("write_data", "data")], printed
