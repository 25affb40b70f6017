"""Sentences say what tables and fronts hold."""

from bmt_tf.report.sentences import choice, findings
from bmt_tf.report.study import Front, FrontPoint
from bmt_tf.report.tables import COST_KEYS, GAIN_KEY, SINGLE, Entry, Table


def values(**numbers):
    names = {"latency": COST_KEYS["milliseconds"], "parameters": COST_KEYS["parameters"], "delta_m": GAIN_KEY}
    return {names[name]: number for name, number in numbers.items()}


SINGLES = Entry("singles", "", SINGLE, "0", values(parameters=2.0, latency=10.0, delta_m=0.0), {})


def told(*entries):
    return findings(Table({}, (), entries, ()))


def test_gain_and_shares_of_the_cost_are_told():
    one = Entry("tree", "", "bmn", "0", values(parameters=1.5, latency=6.0, delta_m=-1.234), {})
    wanted = "tree: 1.23 % worse than the single-task networks, with 75% of the parameters, 60% of the latency."
    assert told(SINGLES, one) == [wanted]


def test_without_single_task_networks_no_shares_are_told():
    one = Entry("tree", "", "bmn", "0", values(parameters=1.5, delta_m=1.0), {})
    assert told(one) == ["tree: 1.00 % better than the single-task networks."]


def test_networks_without_a_gain_are_passed_over():
    assert told(SINGLES, Entry("tree", "", "bmn", "0", values(parameters=1.5), {})) == []


def test_the_choice_is_told_in_the_unit_of_the_front():
    points = (FrontPoint(1e8, 9.0, False, "1"), FrontPoint(2e8, 3.25, True, "2"))
    assert choice(Front("f", points, "multiply_adds")) == "Chosen: cost 0.2 G, score 3.25."
    assert choice(Front("f", points[:1])) == "No tree is marked as chosen."
