"""Cells are rounded by their column, and the best is the largest or the least as the measure says."""

import math

from bmt_tf.report.cells import rows_of
from bmt_tf.report.tables import COST_KEYS, Cell, Column, Entry


def entry(gains=None, **values):
    return Entry("one", "", "bmn", "", {("task", name): value for name, value in values.items()}, gains or {})


def test_numbers_of_a_column_have_equal_decimals_and_the_best_is_marked():
    up, down = Column("a", "m", False, "task"), Column("b", "m", True, "task")
    rows = rows_of([up, down], [entry(a=12.345, b=0.5), entry(a=9.0, b=0.25)])
    assert rows == ((Cell("12.3", True), Cell("0.500")), (Cell("9.0"), Cell("0.250", True)))


def test_equal_numbers_and_single_numbers_are_not_the_best():
    column = Column("a", "m", False, "task")
    assert not any(cell.best for (cell,) in rows_of([column], [entry(a=1.0), entry(a=1.0)]))
    assert rows_of([column], [entry(a=1.0), entry(a=math.nan)]) == ((Cell("1.00"),), (Cell("\u2013"),))


def test_gains_and_the_papers_count_stand_below():
    task, cost = Column("a", "m", False, "task"), Column("multiply-adds", "G", True, "cost")
    values = {task.key: 1.0, cost.key: 0.0912, COST_KEYS["paper_multiply_adds"]: 0.0899}
    one = Entry("one", "", "bmn", "", values, {"a": -5.04})
    assert [cell.note for cell in rows_of([task, cost], [one])[0]] == ["\u22125.0 %", "papers 0.0899"]
