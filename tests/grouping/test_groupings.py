"""The grouping as a value: what it accepts, what it refuses, and its forms."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.grouping import Grouping, refines

TASKS = ("semseg", "depth", "normals")
BLOCKS = ("block_01", "block_02", "aspp")
TREE = [[["normals", "depth", "semseg"]], [["normals"], ["depth", "semseg"]], [["normals"], ["depth"], ["semseg"]]]


@st.composite
def routings(draw):
    tasks, blocks = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    row = st.lists(st.integers(0, tasks), min_size=tasks, max_size=tasks)
    return np.array(draw(st.lists(row, min_size=blocks, max_size=blocks)))


def from_routing(routing):
    blocks, tasks = routing.shape
    return Grouping.from_routing([f"t{t}" for t in range(tasks)], [f"b{block}" for block in range(blocks)], routing)


def test_constructor_puts_partitions_into_canonical_form():
    grouping = Grouping(list(TASKS), list(BLOCKS), TREE)
    assert grouping.partitions == (
        (("semseg", "depth", "normals"),),
        (("semseg", "depth"), ("normals",)),
        (("semseg",), ("depth",), ("normals",)),
    )
    assert grouping.branches == (1, 2, 3)
    assert grouping == Grouping(TASKS, BLOCKS, grouping.partitions, made_by={"method": "hand"})
    assert len({grouping, Grouping(TASKS, BLOCKS, TREE)}) == 1


def test_grouping_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Grouping(TASKS, BLOCKS, TREE).tasks = ()


def test_parts_and_part_of_take_names_and_numbers():
    grouping = Grouping(TASKS, BLOCKS, TREE)
    assert grouping.parts("block_02") == grouping.parts(1) == (("semseg", "depth"), ("normals",))
    assert [grouping.part_of("block_02", task) for task in TASKS] == [0, 0, 1]
    for block in ("block_09", 3, -1):
        with pytest.raises(KeyError, match="block"):
            grouping.parts(block)
    with pytest.raises(KeyError, match="edge"):
        grouping.part_of(0, "edge")


def test_shared_and_separate_are_the_extremes():
    assert Grouping.shared(TASKS, BLOCKS).branches == (1, 1, 1)
    assert Grouping.separate(TASKS, BLOCKS).branches == (3, 3, 3)


@given(routings())
@settings(deadline=None)
def test_tasks_share_a_block_if_their_routing_agrees_up_to_it(routing):
    grouping = from_routing(routing)
    for block, t, u in np.ndindex(len(routing), *[routing.shape[1]] * 2):
        together = grouping.part_of(block, f"t{t}") == grouping.part_of(block, f"t{u}")
        assert together == bool((routing[: block + 1, t] == routing[: block + 1, u]).all())


@given(routings())
@settings(deadline=None)
def test_routing_of_a_grouping_builds_it_again(routing):
    grouping = from_routing(routing)
    assert from_routing(grouping.routing()) == grouping
    assert all(map(refines, grouping.partitions[1:], grouping.partitions))


def test_from_routing_refuses_other_shapes_and_types():
    with pytest.raises(ValueError, match="shape"):
        Grouping.from_routing(TASKS, BLOCKS, [[0, 0, 1]])
    with pytest.raises(TypeError, match="float64"):
        Grouping.from_routing(TASKS, BLOCKS, np.zeros((3, 3)))


def test_a_part_that_does_not_refine_is_refused_naming_block_and_tasks():
    with pytest.raises(ValueError, match=r"'block_02'.*'block_01'.*'semseg' and 'depth'"):
        Grouping(TASKS, BLOCKS, [[["semseg", "normals"], ["depth"]], [TASKS], [TASKS]])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"tasks": "semseg"}, TypeError, "`tasks`"),
        ({"tasks": ["semseg", 3]}, TypeError, "`tasks`"),
        ({"tasks": []}, ValueError, "`tasks`"),
        ({"tasks": ["semseg", "semseg"]}, ValueError, "`tasks`"),
        ({"blocks": ["block_01", ""]}, ValueError, "`blocks`"),
        ({"encoder": None}, TypeError, "`encoder`"),
        ({"partitions": "shared"}, TypeError, "`partitions`"),
        ({"partitions": TREE[:2]}, ValueError, "each of the 3 blocks"),
        ({"partitions": [TREE[0], 3, TREE[2]]}, TypeError, "'block_02'"),
        ({"partitions": [TREE[0], [["semseg", "dpeth"], ["normals"]], TREE[2]]}, ValueError, "'block_02'.*'dpeth'"),
        ({"made_by": "hand"}, TypeError, "`made_by`"),
        ({"made_by": {"cost": float("nan")}}, ValueError, "`made_by`"),
        ({"made_by": {"cost": np.float32(1)}}, TypeError, "`made_by`"),
    ],
)
def test_bad_arguments_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        Grouping(**{"tasks": TASKS, "blocks": BLOCKS, "partitions": TREE, **changes})


def test_pictures_are_those_of_the_tree():
    grouping = Grouping(TASKS, BLOCKS, TREE)
    assert "block_02: semseg, depth" in grouping.to_text()
    assert grouping.to_svg().startswith("<svg")
    assert grouping.to_dot().startswith("digraph")
