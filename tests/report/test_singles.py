"""Single-task networks are taken together by folder and seed, and are known by where they lie."""

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.report.singles import single_sets
from bmt_tf.report.study import ReportedRun, Score


def single(name, task, value=2.0):
    return ReportedRun(name, grouping=Grouping.shared((task,), ("x",)), scores={task: Score("m", value, "", 1, False)})


ONE, OTHER = single("s/a", "a"), single("s/b", "b")


def test_those_of_one_folder_are_a_set_and_a_second_of_one_task_begins_another():
    sets = single_sets([ONE, OTHER, single("s/again", "a")], frozenset("ab"))
    assert [(members.name, members.complete) for members in sets] == [("s, set 1", True), ("s, set 2", False)]
    assert sets[1].about == "1 of 2 networks in s"


@pytest.mark.parametrize(("paths", "held"), [(["runs/s/a", "runs/s/b/"], True), (["s/a", "s/c"], False), ([], False)])
def test_they_are_known_by_the_ends_of_their_paths(paths, held):
    (members,) = single_sets([ONE, OTHER], frozenset("ab"))
    assert members.holds(paths) is held


@pytest.mark.parametrize(("gain", "explained"), [(50.0, True), (20.0, False)])
def test_gains_are_held_against_the_scores_they_have_now(gain, explained):
    (members,) = single_sets([ONE, OTHER], frozenset("ab"))
    network = ReportedRun("n", scores={"a": Score("m", 3.0, "", 1, False)}, delta={"per_task": {"a": gain}})
    assert members.explains(network) is explained
