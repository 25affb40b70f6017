"""The demo goes on where it was stopped: steps that have finished are skipped, later ones than a new one are not."""

import hashlib
import os
import subprocess

import pytest

STEPS = 13


@pytest.fixture
def demo(root, tmp_path):
    """A function that runs the demo with an interpreter that only notes its arguments; returns those, and the output.

    The interpreter fails on the script whose name is given.
    """
    place, log = tmp_path / "venv", tmp_path / "log"
    (place / "bin").mkdir(parents=True)
    python = place / "bin" / "python"
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "$@" >> {log}\n[ "$1" != "scripts/$FAILS" ]\n')
    python.chmod(0o755)
    name = subprocess.run(
        ["bash", "-c", 'source scripts/lib_env.sh; echo "$BMT_ROOT"'], cwd=root, capture_output=True, text=True
    ).stdout.strip()
    digest = hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest()
    (place / "installed-package").write_text(f"{name} {digest}")

    def run(fails=""):
        log.write_text("")
        done = subprocess.run(
            ["bash", str(root / "scripts/demo.sh"), "out"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "BMT_VENV": str(place), "FAILS": fails},
        )
        return [line.split()[0] for line in log.read_text().splitlines()], done

    return run


def test_every_step_runs_once(demo, tmp_path):
    calls, done = demo()
    assert done.returncode == 0, done.stderr
    assert len(calls) == STEPS and calls[0] == "scripts/train.py" and calls[-1] == "scripts/report.py"
    assert f"Look at {tmp_path}/out/report.html" in done.stdout
    calls, done = demo()
    assert calls == [] and done.stdout.count("finished before") == STEPS


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
