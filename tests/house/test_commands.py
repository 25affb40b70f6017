"""What a user types: quick and light help, flag files that parse, commands in documents that a program takes."""

import ast
import os
import pathlib
import re
import shlex

import pytest
from house.commands import blocks, called, command_faults, commented, programs, run
from house.sources import documents

# `--help` takes half a second of a processor. Importing TensorFlow takes 3 seconds and more.
SLOWEST_HELP = 2.0
HELP = """
import os, runpy, sys
*module, name = sys.argv[1:]
sys.argv = [name, "--help"]
try:
    if module:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, os.path.dirname(name))
        runpy.run_path(name, run_name="__main__")
except SystemExit:
    pass
print("HEAVY", sorted({"tensorflow", "keras"} & set(sys.modules)))
"""
# Written in two pieces, so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?<![\w.])/(?:" + "wo" + r"rk|ro" + r"ot|home/\w+|Users/\w+)(?:/|\b)")
TEXT = {".py", ".md", ".sh", ".flags", ".toml", ".ipynb", ".j2", ".json", ".txt", ".cfg"}
SKIPPED = {".git", ".venv", "build", "dist", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}
WRITTEN = {"runs", "notebooks/runs"}


def test_help_of_every_program_is_quick_and_light(root):
    wrong = []
    for program in programs(root):
        before = _seconds_of_children()
        done = run(root, "-c", HELP, *program)
        seconds, name = _seconds_of_children() - before, program[-1]
        if "HEAVY []" not in done.stdout or "\n  --" not in done.stdout:
            wrong.append(f"{name}: {done.stdout.strip().splitlines()[-1:]} {done.stderr[-300:]}")
        elif seconds > SLOWEST_HELP:
            wrong.append(f"{name}: {seconds:.1f} s")
    assert not wrong, "\n  ".join(["--help imports nothing heavy and is quick:", *wrong])


def _seconds_of_children():
    """Returns what finished processes of this one have taken of processors, whatever else these do."""
    times = os.times()
    return times.children_user + times.children_system


def test_programs_are_scripts_and_what_runs_by_a_module(root):
    found = programs(root)
    assert {("scripts/train.py",), ("docs/readme_figure.py",), ("-m", "benchmarks"), ("-m", "studies.planted")} <= {
        *found
    }
    assert ("scripts/dataclass_flags.py",) not in found


def test_flag_files_open_with_their_command_and_parse(root):
    wrong, lines = [], []
    for path in sorted((root / "flags").rglob("*.flags")):
        name = path.relative_to(root).as_posix()
        first, *_ = path.read_text().splitlines()
        if not re.match(r"# python scripts/\w+\.py ", first) or f"--flagfile={name}" not in shlex.split(first):
            wrong.append(f"{name}: the first line names no command with this flag file")
        lines += called(commented("\n".join(re.findall(r"^#.*$", path.read_text(), re.MULTILINE))))
    wrong += command_faults(root, lines)
    assert lines and not wrong, "\n  ".join(["Flag files:", *wrong])


def test_commands_in_documents_are_taken_by_their_programs(root):
    texts = [block for path in documents() for block in blocks(path.read_text(), ("", "bash"))]
    lines = [line for text in texts if re.search(r"^\s*(?:\w+=.*|python |bash )", text, re.M) for line in called(text)]
    wrong = command_faults(root, lines)
    assert len(lines) > 10 and not wrong, "\n  ".join(["Commands in documents:", *wrong])


def test_commands_in_docstrings_are_taken_by_their_programs(root, project):
    texts = [ast.get_docstring(source.tree) or "" for source in project if not source.name.startswith("tests/")]
    lines = called("\n".join(map(commented, texts)))
    wrong = command_faults(root, lines)
    assert len(lines) > 10 and not wrong, "\n  ".join(["Commands in docstrings:", *wrong])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("python scripts/absent.py", "no scripts/absent.py"),
        ("bash scripts/absent.sh", "no scripts/absent.sh"),
        ("python scripts/check_data.py --dat=scenes", "Unknown command line flag 'dat'"),
        ("python scripts/check_data.py", "Flag --data must have a value"),
        ("python -m benchmarks --onyl=training", "Unknown command line flag 'onyl'"),
        ("S='--data=scenes --x=1'\nA=1 python \\\n  scripts/check_data.py $S", "Unknown command line flag 'x'"),
    ],
)
def test_the_rule_of_commands_sees_a_violation(root, text, fault):
    (found,) = command_faults(root, called(text))
    assert fault in found


def test_commands_are_read_as_a_shell_reads_them():
    text = 'rm -rf here  # not found\nD="a b"\npython x.py {1,2}/c "$D" > out\npython scripts/train.py ...\n'
    assert called(text) == []
    assert called(text.replace("> out", "")) == [["x.py", "1/c", "2/c", "a b"]]
    assert commented("What.\n\n    python scripts/a.py --b \\\n        --c\n# python -m d") == (
        "python scripts/a.py --b          --c\npython -m d"
    )
    with pytest.raises(ValueError, match="syntax error"):
        called("python scripts/train.py (")


def texts(root):
    """Yields the paths of the project's own texts, below its folder."""
    for folder, folders, names in os.walk(root):
        here = pathlib.Path(folder).relative_to(root)
        folders[:] = sorted(one for one in folders if one not in SKIPPED and (here / one).as_posix() not in WRITTEN)
        yield from (here / name for name in sorted(names) if pathlib.Path(name).suffix in TEXT)


def test_no_file_names_a_place_on_a_machine(root):
    wrong = []
    for path in texts(root):
        for number, line in enumerate((root / path).read_text(errors="replace").splitlines(), 1):
            if MACHINE.search(line):
                wrong.append(f"{path}:{number}: {line.strip()[:100]}")
    assert not wrong, "\n  ".join(["Paths of a machine:", *wrong])


def test_every_text_of_the_project_is_looked_at(root):
    found = {path.as_posix() for path in texts(root)}
    assert {"README.md", "tests/house/test_commands.py", "bmt_tf/report/templates/report.html.j2"} <= found
