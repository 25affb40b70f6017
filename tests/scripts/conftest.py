"""An environment for the shell scripts in which nothing is computed."""

import hashlib
import os
import stat
import subprocess

import pytest

# Answers the check of the interpreter, notes every other call, an argument a tab, and fails on the script $FAILS.
NOTING = """#!/bin/sh
[ "$1" = -c ] && exit 0
printf '%s\\t' "$@" >> {log}
echo >> {log}
[ "$1" != "scripts/$FAILS" ]
"""


@pytest.fixture
def shell(root):
    """A function that runs a command of bash with the functions of scripts/lib_env.sh."""

    def bash(command, **environment):
        return subprocess.run(
            ["bash", "-c", f"source scripts/lib_env.sh; {command}"],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, **environment},
        )

    return bash


@pytest.fixture
def program():
    """A function that makes an executable file."""

    def make(path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


@pytest.fixture
def stamp(root, shell):
    """What lib_env.sh notes beside an environment that is up to date."""
    place = shell('echo "$BMT_ROOT"').stdout.strip()
    return f"{place} {hashlib.sha256((root / 'pyproject.toml').read_bytes()).hexdigest()}"


@pytest.fixture
def noted(root, tmp_path, program, stamp):
    """A function that runs a script of bash with an interpreter that only notes its arguments.

    It returns the argument lists, and the finished process. The interpreter fails on the script whose name is given.
    """
    place, log = tmp_path / "venv", tmp_path / "log"
    program(place / "bin" / "python", NOTING.format(log=log))
    (place / "installed-studies").write_text(stamp)

    def run(*command, fails=""):
        log.write_text("")
        done = subprocess.run(
            ["bash", str(root / command[0]), *command[1:]],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "BMT_VENV": str(place), "FAILS": fails},
        )
        return [line.rstrip("\t").split("\t") for line in log.read_text().splitlines()], done

    return run
