"""The demo goes on where it was stopped: steps that have finished are skipped, later ones than a new one are not."""

import pytest
from house.commands import command_faults

STEPS = 13


@pytest.fixture
def demo(noted):
    """A function that runs the demo and returns the scripts that it called, and the finished process."""

    def run(fails=""):
        calls, done = noted("scripts/demo.sh", "out", fails=fails)
        return [script for script, *_ in calls], done

    return run


def test_every_step_runs_once(demo, tmp_path):
    calls, done = demo()
    assert done.returncode == 0, done.stderr
    assert len(calls) == STEPS and calls[0] == "scripts/train.py" and calls[-1] == "scripts/report.py"
    assert f"Look at {tmp_path}/out/report.html" in done.stdout
    calls, done = demo()
    assert calls == [] and done.stdout.count("finished before") == STEPS


def test_every_step_is_taken_by_its_script(noted, root):
    calls, _ = noted("scripts/demo.sh", "out")
    assert command_faults(root, calls) == []


def test_it_goes_on_behind_the_last_finished_step(demo):
    calls, done = demo(fails="evaluate.py")
    assert done.returncode != 0 and calls[-1] == "scripts/evaluate.py" and "Look at" not in done.stdout
    rest, done = demo()
    assert done.returncode == 0 and rest[0] == "scripts/evaluate.py" and len(calls) + len(rest) == STEPS + 1


def test_what_follows_a_step_of_other_settings_is_done_anew(demo, tmp_path):
    demo()
    (mark,) = (tmp_path / "out" / ".finished").glob("10_*")
    mark.write_text("scripts/export.py with other words\n")
    calls, _ = demo()
    assert calls == [f"scripts/{name}.py" for name in ("export", "write_data", "predict", "report")]
