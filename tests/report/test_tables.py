"""A table's units: every unit of cost has a column but the papers' count, which stands below the plain one."""

from bmt_tf.costs.units import UNITS
from bmt_tf.report.tables import HEADINGS, PAPER_UNIT, SHOWN_UNITS, SINGLE, Entry


def test_no_two_units_share_a_column():
    assert len(set(HEADINGS.values())) == len(UNITS)


def test_only_the_papers_count_has_no_column_of_its_own():
    assert set(UNITS) - set(SHOWN_UNITS) == {PAPER_UNIT}


def test_single_task_networks_are_known_by_their_method():
    assert Entry("all", "", SINGLE, "", {}, {}).single and not Entry("one", "", "bmn", "", {}, {}).single
