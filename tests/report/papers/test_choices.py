"""Networks are found by the trees that methods choose, whoever they were trained for."""

import dataclasses
import json

from bmt_tf.report.papers.choices import networks_chosen


def _trees(study, names):
    return {json.dumps(run.grouping.partitions) for run in study.runs if run.name in names}


def test_networks_of_all_trees_are_found_by_what_was_chosen_and_by_what_would_be(listed):
    for every_budget in (False, True):
        found = networks_chosen(listed, "parameters", every_budget)
        assert set(found) == {"bmn", "fafs"}
        for method, front in zip(("bmn", "fafs"), listed.fronts, strict=True):
            points = [point for point in front.points if every_budget or point.chosen]
            assert _trees(listed, found[method]) == {point.partitions for point in points}


def test_choices_by_other_costs_and_of_other_blocks_are_no_choices(listed):
    assert networks_chosen(listed, "multiply_adds") == {}
    front = listed.fronts[0]
    chosen = dataclasses.replace(front.chosen, blocks=("a", "b", "c", "d"))
    other = dataclasses.replace(listed, fronts=(dataclasses.replace(front, chosen=chosen),))
    assert networks_chosen(other, "parameters") == {"bmn": frozenset()}
