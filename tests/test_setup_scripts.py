"""The shell scripts find an interpreter and hand on what the tests say."""

import hashlib
import os
import stat
import subprocess


def bash(root, command, **environment):
    """Returns the finished bash process of a command that has sourced the environment's functions."""
    return subprocess.run(
        ["bash", "-c", f"source scripts/lib_env.sh; {command}"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


def fake_python(folder, name, body):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_an_interpreter_that_is_too_old_is_passed_over(root, tmp_path):
    fake_python(tmp_path, "old", "exit 1")
    done = bash(root, "bmt_find_python", PYTHON=str(tmp_path / "old"))
    assert done.returncode == 0
    assert done.stdout.strip().startswith("python")


def test_without_any_new_python_the_message_says_which_is_needed(root, tmp_path):
    for name in ("python3", "python3.13", "python3.12", "python3.11", "python"):
        fake_python(tmp_path, name, "exit 1")
    done = bash(root, "bmt_find_python", PATH=f"{tmp_path}:/usr/bin:/bin", PYTHON="")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_nothing_is_installed_where_the_stamp_fits(root, tmp_path):
    """The installed environment is stood in for by an interpreter that fails on pip and succeeds otherwise."""
    (tmp_path / "bin").mkdir()
    fake_python(tmp_path / "bin", "python", '[ "$2" != pip ]')
    place = bash(root, 'echo "$BMT_ROOT"').stdout.strip()
    digest = hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest()
    (tmp_path / "installed-test").write_text(f"{place} {digest}")
    done = bash(root, 'bmt_environment test && echo "$BMT_PYTHON"', BMT_VENV=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"{tmp_path}/bin/python"
    assert "Installing" not in done.stderr
