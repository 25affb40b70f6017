"""Programs end in a message that a person can read, exit status 2, and nothing of other packages on the screen."""

import os
import re
import subprocess
import sys

import pytest
from house.commands import programs

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import running
from absl import flags
flags.DEFINE_string("place", None, "Where.", required=True)

def main(argv):
    {body}

sys.argv = ["program", *sys.argv[2:]]
running.run_main(main)
"""


@pytest.fixture
def started(root, tmp_path):
    """A function that runs a program whose `main` has this body."""

    def start(body, *arguments):
        return subprocess.run(
            [sys.executable, "-c", PROGRAM.format(body=body), str(root / "scripts"), *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(root), "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=200,
        )

    return start


def test_a_wrong_flag_ends_in_its_message_alone(started):
    done = started("pass", "--plaec=here")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Unknown command line flag 'plaec'") and "Traceback" not in done.stderr
    done = started("pass")
    assert done.returncode == 2 and done.stderr == "--place must be given.\n--help lists the flags.\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "import bmt_tf.data; bmt_tf.data.open_data('nowhere', 'train')",
            "`data` must be .* Received: data='nowhere'.",
        ),
        ("open('nowhere')", r"\[Errno 2\] No such file or directory: 'nowhere'"),
        ("import absl.app; raise absl.app.UsageError('Name a run.')", "Name a run."),
        (
            "import bmt_tf.runs.holding as h, json, os, time; os.makedirs('run'); open(h.RunPaths('run').in_use, 'w')"
            ".write(json.dumps({'host': 'elsewhere', 'pid': 1, 'alive': time.time()})); h.held('run').__enter__()",
            "`run_dir` must be a directory in which no other process works.* on host elsewhere .*",
        ),
    ],
)
def test_an_error_raised_on_purpose_ends_in_its_message_alone(started, body, message):
    done = started(body, "--place=here")
    assert done.returncode == 2 and re.fullmatch(message + "\n", done.stderr), done.stderr
    done = started(body, "--place=here", "--traceback")
    assert done.returncode == 2 and "Traceback (most recent call last)" in done.stderr


@pytest.mark.parametrize("body", ["{}['absent']", "int('three')", "import json; json.loads('{')"])
def test_a_fault_of_ours_says_where_the_stack_of_calls_is(started, tmp_path, body):
    done = started(body, "--place=here")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    (place,) = re.findall(r"may be a fault of bmt_tf: --traceback shows .* kept in (\S+)\.$", done.stderr)
    assert "Traceback (most recent call last)" in open(place).read()


def test_a_program_that_is_stopped_says_so(started):
    done = started("raise KeyboardInterrupt", "--place=here")
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")


def test_every_program_runs_the_same_way(root):
    for program in programs(root):
        path = root / program[0] if program[0] != "-m" else root / program[1].replace(".", "/") / "__main__.py"
        text = path.read_text()
        assert "    run_main(main)\n" in text and "app.run(" not in text, program


def test_own_modules_are_imported_before_the_program_begins(started, tmp_path):
    (tmp_path / "my_parts.py").write_text("print('mine')\n")
    body = "running.FLAGS.modules and print('main')"
    define = f"{body}\nrunning.define_modules()"
    done = started(define, "--place=here", "--modules=my_parts")
    assert done.stdout == "mine\nmain\n", done.stderr
    done = started(define, "--place=here", "--modules=absent.py")
    assert done.returncode == 2 and re.match(r"`modules` must name files that are there.*absent\.py", done.stderr)
