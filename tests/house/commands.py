"""What a user types: the programs of the project, and the commands for them in a text, as a shell reads them."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Hands the arguments of every program that a text calls to `python` and `bash` on, one call a line; any other word is a
# command that is not found.
SHELL = """
PATH=
python() { printf '%s\\t' "$@"; echo; }
bash() { python "$@"; }
"""
# Each program defines its flags in a process of its own; what all of them import is imported once.
PARSE = """
import json, os, runpy, sys
from absl import flags
import bmt_tf.runs.config, bmt_tf.runs.search_config

def parse(program, lines):
    if program[0] == "-m":
        runpy.run_module(program[1] + ".__main__", run_name="flags")
    else:
        sys.path.insert(0, os.path.dirname(program[0]))
        runpy.run_path(program[0], run_name="flags")
    for arguments in lines:
        try:
            flags.FLAGS.unparse_flags()
            flags.FLAGS([program[-1], *arguments])
        except flags.Error as error:
            print("WRONG", *program, *arguments, error)

for program, lines in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        parse(program, lines)
        sys.exit()
    if os.waitpid(child, 0)[1]:
        print("WRONG", *program, "cannot be imported", flush=True)
"""


def run(root, *arguments, **options):
    """Returns the finished process of the interpreter with these arguments, the project's modules in reach."""
    paths = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "2"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=options.pop("cwd", root),
        env=environment,
        capture_output=True,
        text=True,
        timeout=options.pop("timeout", 120),
        **options,
    )


def programs(root):
    """Returns what can be run, as the first arguments of the interpreter: files with flags, and packages by `-m`."""
    files = [path for folder in ("scripts", "docs") for path in sorted((root / folder).glob("*.py"))]
    found = [(str(path.relative_to(root)),) for path in files if "__main__" in path.read_text()]
    mains = [path.parent for folder in ("benchmarks", "studies") for path in (root / folder).rglob("__main__.py")]
    return found + [("-m", ".".join(path.relative_to(root).parts)) for path in sorted(mains)]


def blocks(text, languages):
    """Returns the fenced blocks of a document that are marked as of one of these languages."""
    found = re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [block for language, block in found if language in languages]


def called(text):
    """Returns the argument lists that a shell would hand to `python` and `bash`; those with a bare `...` are left out.

    Raises:
        ValueError: The text is no shell's.
    """
    with tempfile.TemporaryDirectory() as folder:
        # The text is not run in any folder of interest, and no program but the two functions is found.
        done = subprocess.run(
            [shutil.which("bash"), "-c", SHELL + text], cwd=folder, capture_output=True, text=True, timeout=20
        )
    if "syntax error" in done.stderr:
        raise ValueError(done.stderr)
    lines = [line.rstrip("\t").split("\t") for line in done.stdout.splitlines()]
    return [line for line in lines if "..." not in line]


def commented(text):
    """Returns the commands among the lines of a docstring or of comments, those they continue on joined."""
    lines = re.sub(r"^[# ]+", "", text.replace("\\\n", " "), flags=re.MULTILINE).splitlines()
    return "\n".join(line for line in lines if line.startswith(("python scripts/", "python docs/", "python -m ")))


def command_faults(root, lines):
    """Returns what is wrong with argument lists: programs that are not there, flags that they do not take."""
    wrong, known = [], {program: [] for program in programs(root)}
    for line in lines:
        program = tuple(line[:2]) if line[0] == "-m" else (line[0],)
        if program in known:
            known[program].append(line[len(program) :])
        elif program[0] != "-m" and not (pathlib.Path(root) / program[0]).exists():
            wrong.append(f"no {program[0]}")
    asked = [(program, arguments) for program, arguments in known.items() if arguments]
    if asked:
        done = run(root, "-c", PARSE, json.dumps(asked))
        found = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
        wrong += found + ([done.stderr[-500:]] if done.returncode or any("imported" in line for line in found) else [])
    return wrong
