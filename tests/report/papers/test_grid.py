"""The grid of a table: the print first, then counts, runs and their differences, and notes for what is not there."""

import pytest

from bmt_tf.report.papers.grid import paper_grid
from bmt_tf.report.papers.printed import paper_table, table_names
from bmt_tf.report.papers.runs_beside import Beside, Ours
from bmt_tf.report.tables import COST_KEYS, GAIN_KEY


def _line(grid, name):
    (found,) = [line for line in grid.lines if line[0] == name]
    return found


@pytest.mark.parametrize("name", table_names())
def test_every_line_is_as_long_as_the_heading_and_every_mark_has_its_note(name):
    grid = paper_grid(paper_table(name))
    assert {len(line) for line in grid.lines} == {len(grid.heading)} and len(grid.lines) == len(paper_table(name).rows)
    cells = " ".join(cell for line in grid.lines for cell in line)
    for number in range(1, len(grid.notes) + 1):
        assert f"[{number}]" in cells
    assert f"[{len(grid.notes) + 1}]" not in cells and not grid.ours


def test_counts_stand_beside_the_print_and_what_is_not_counted_says_why():
    grid = paper_grid(paper_table("bmtas.1"))
    assert grid.heading[:4] == ("model", "MAdds (B) ↓", "counted", "SemSeg ↑")
    assert _line(grid, "Shared")[:4] == ("Shared", "6.0", "6.0 (5,986,295,744)", "59.69")
    cell = _line(grid, "BMTAS-2")[2]
    assert cell.startswith("\u2013 [") and "26 profiles" in grid.notes[int(cell[3:-1]) - 1]
    assert _line(grid, "NDDR-CNN")[-1] == "\u22122.02"


def test_empty_cells_are_said_to_be_empty_and_quoted_rows_to_be_quoted():
    grid = paper_grid(paper_table("bmn.3"))
    (moon,) = [line for line in grid.lines if line[0].startswith("MOON (quoted [")]
    assert moon[1:3] == ("90.94", "119.73")
    (mcnn,) = [line for line in grid.lines if line[0].startswith("MCNN (quoted")]
    assert mcnn[2] == "not printed" and "Hand and Chellappa" in grid.notes[int(mcnn[0].partition("[")[2][0]) - 1]
    assert set(_line(paper_grid(paper_table("bmtas.D-1")), "MTAN")[3:]) == {"not printed"}


def test_runs_stand_below_their_row_with_the_difference():
    one = Ours(
        ("runs/shared",), {("task", "semseg"): (0.6,), COST_KEYS["paper_multiply_adds"]: (6.5,), GAIN_KEY: (-5,)}
    )
    other = Ours(("a", "b"), {("task", "semseg"): (0.61, 0.63)})
    grid = paper_grid(paper_table("bmtas.1"), Beside({"data": "mine"}, {1: (one,)}, (other,)))
    number = [line[0] for line in grid.lines].index("Shared")
    ours = grid.lines[number + 1]
    assert (
        ours[:5] == ("ours: runs/shared", "6.50 (+0.50)", "", "60.00 (+0.31)", "\u2013")
        and ours[-1] == "\u22125.00 (+1.35)"
    )
    assert number + 1 in grid.ours and number not in grid.ours
    assert _line(grid, "ours: a, b")[3] == "62.00 ± 1.41"
    assert [line[0] for line in grid.lines].count("ours: no run") == 7
    assert grid.remarks[-1].startswith("Ours: data mine.")
