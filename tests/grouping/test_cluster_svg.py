"""The tree of many tasks as SVG: well-formed, with every task once, and no box upon another."""

import itertools
from xml.etree import ElementTree

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.grouping import Grouping

SVG = "{http://www.w3.org/2000/svg}"
TASKS = tuple(f"has_<{number}>" for number in range(40))


def draw(grouping):
    root = ElementTree.fromstring(grouping.to_svg())
    boxes = [element for element in root.iter(f"{SVG}rect") if element.get("rx")]
    return root, boxes, [element.text for element in root.iter(f"{SVG}text")]


def test_tasks_that_stay_together_have_one_box_and_their_names_at_its_end():
    halves = [TASKS[:25], TASKS[25:]]
    _, boxes, texts = draw(
        Grouping(TASKS, ("one", "two", "three"), [[TASKS], halves, [*halves[:1], *([t] for t in TASKS[25:])]])
    )
    assert len(boxes) == 1 + 1 + 2 + 15  # stem, shared, halves, fifteen alone
    assert {"two – three", "25 tasks", "15 tasks", "1 task"} <= set(texts)  # noqa: RUF001
    words = " ".join(texts).replace(",", "").split()
    assert all(words.count(task) == 1 for task in TASKS)
    assert max(map(len, texts)) <= 72


@given(st.lists(st.lists(st.integers(0, 5), min_size=14, max_size=14), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_boxes_do_not_overlap_and_lie_in_the_picture(routing):
    grouping = Grouping.from_routing(TASKS[:14], [f"b{block}" for block in range(len(routing))], np.array(routing))
    root, boxes, _ = draw(grouping)
    columns = {}
    for box in boxes:
        x, top = float(box.get("x")), float(box.get("y"))
        columns.setdefault(x, []).append((top, top + float(box.get("height"))))
        assert x + float(box.get("width")) <= float(root.get("width"))
        assert 0 <= top and top + 34 <= float(root.get("height"))
    for spans in columns.values():
        spans.sort()
        assert all(end < start for (_, end), (start, _) in itertools.pairwise(spans))
