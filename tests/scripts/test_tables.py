"""The script that prints the papers' tables."""

import subprocess
import sys

import pytest

RUN = """
import runpy, sys
sys.argv = ["tables.py", *sys.argv[1:]]
try:
    runpy.run_path("scripts/tables.py", run_name="__main__")
finally:
    print("tensorflow" in sys.modules, "matplotlib" in sys.modules, file=sys.stderr)
"""


@pytest.fixture
def printed(root):
    """A function that returns what the script prints, and whether it brought in TensorFlow."""

    def run(*flags):
        done = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path[:0] = ['scripts', '.']\n{RUN}", *flags],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr.split()[-2:]

    return run


def test_all_tables_are_printed_without_a_run_and_without_tensorflow(printed):
    text, heavy = printed()
    assert heavy == ["False", "False"]
    for title in ("BMTAS, table 1:", "BMTAS, table C-1:", "BMTAS, table D-1:", "BMN, table 3:"):
        assert text.count(f"**{title}") == 1
    assert "| Single | 15.7 | 15.7 (15,729,565,376) | 65.11 |" in text


def test_tables_are_chosen_by_name_and_written_as_asked(forked, root):
    text = forked.script("scripts/tables.py", "--table=bmn.1,bmtas.d-1", "--format=html", cwd=root).stdout
    assert text.count("<table>") == 2 and "<caption>BMN, table 1: Cityscapes, ResNet-50</caption>" in text


def test_without_runs_of_its_tasks_a_table_says_so(forked, tmp_path, root):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "metrics.json").write_text('{"split": "val", "images": 1, "step": 1, "tasks": {}, "cost": {}}')
    text = forked.script("scripts/tables.py", "--table=bmtas.1", f"--runs={tmp_path}", cwd=root).stdout
    assert f"<!-- {tmp_path} has no evaluated runs of the tasks semseg, human_parts" in text


def test_a_figure_is_drawn_without_a_run_and_without_tensorflow(printed, tmp_path):
    text, heavy = printed("--figure=bmn.2b", f"--output={tmp_path / 'trees.svg'}")
    assert text == f"{tmp_path / 'trees.svg'}\n" and heavy == ["False", "True"]
    assert "1 1 2 2: 3 trees" in (tmp_path / "trees.svg").read_text()
