"""The tree as SVG: well-formed, complete, and every part in one piece."""

import itertools
from xml.etree import ElementTree

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.grouping import Grouping

SVG = "{http://www.w3.org/2000/svg}"
PAPERS_TASKS = ("semseg", "human_parts", "saliency", "normals", "edge")


def draw(grouping):
    root = ElementTree.fromstring(grouping.to_svg())
    boxes = [element for element in root.iter(f"{SVG}rect") if element.get("rx")]
    texts = [element.text for element in root.iter(f"{SVG}text") if element.text]
    return root, boxes, texts


def test_equal_blocks_are_one_column():
    blocks = [f"block_{number:02d}" for number in range(1, 18)] + ["aspp"]
    pairs = [["semseg", "edge"], ["human_parts"], ["saliency", "normals"]]
    grouping = Grouping(PAPERS_TASKS, blocks, [[PAPERS_TASKS]] * 12 + [pairs] * 6)
    _, boxes, texts = draw(grouping)
    assert len(boxes) == 1 + 1 + 3 + 5  # stem, shared, pairs, heads
    assert {"block_01 – block_12", "12 blocks", "block_13 – aspp", "6 blocks"} <= set(texts)  # noqa: RUF001
    assert texts.count("human_parts") == 4


@given(st.lists(st.lists(st.integers(0, 5), min_size=6, max_size=6), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_boxes_of_a_column_do_not_overlap(routing):
    tasks, blocks = [f"t{t}" for t in range(6)], [f"b{block}" for block in range(len(routing))]
    _, boxes, _ = draw(Grouping.from_routing(tasks, blocks, np.array(routing)))
    columns = {}
    for box in boxes:
        top = float(box.get("y"))
        columns.setdefault(box.get("x"), []).append((top, top + float(box.get("height"))))
    for spans in columns.values():
        spans.sort()
        assert all(end < start for (_, end), (start, _) in itertools.pairwise(spans))


def test_names_are_escaped_and_many_tasks_have_a_colour():
    tasks = [f"<task & {number}>" for number in range(12)]
    root, _, texts = draw(Grouping.separate(tasks, ["b"]))
    assert tasks[11] in texts
    assert len({dot.get("fill") for dot in root.iter(f"{SVG}circle")}) == 12
