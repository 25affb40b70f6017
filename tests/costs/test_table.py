"""The cost table: sums, extremes, and what it refuses."""

import json

import numpy as np
import pytest

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping

TASKS, BLOCKS = ("semseg", "depth", "edge"), ("b1", "b2")
TABLE = CostTable("multiply_adds", 7, {"b1": 100, "b2": 1000}, {"semseg": 3, "depth": 2, "edge": 1})


def test_cost_is_stem_once_plus_parts_plus_heads():
    tree = Grouping(TASKS, BLOCKS, [[["semseg", "depth"], ["edge"]], [["semseg"], ["depth"], ["edge"]]])
    assert TABLE.cost(tree) == 7 + 2 * 100 + 3 * 1000 + 6
    assert isinstance(TABLE.cost(tree), int)


def test_extremes():
    assert TABLE.shared() == TABLE.cost(Grouping.shared(TASKS, BLOCKS)) == 1113
    assert TABLE.separate() == TABLE.cost(Grouping.separate(TASKS, BLOCKS)) == 3313
    assert TABLE.single() == 3 * (7 + 1100) + 6


def test_papers_totals_from_the_papers_table():
    """MobileNetV2 on PASCAL, 512 x 512, in units of half a multiply-add, facts of BMTAS table 1 (6.0 and 15.7 B)."""
    blocks = [101711872, 296878080, 263847936, 158531584, 113115136, 113115136, 77987840, 106889216, 106889216]
    blocks += [106889216, 132022272, 235831296, 235831296, 311263232, 644710400, 644710400, 959119360, 151142272]
    heads = [1480589312, 1421869056, 1405091840, 1396703232, 1396703232]
    table = CostTable(
        "half multiply-adds",
        111149056,
        {f"b{number}": cost for number, cost in enumerate(blocks)},
        dict(zip(("semseg", "human_parts", "normals", "saliency", "edge"), heads, strict=True)),
    )
    assert table.shared() == 2 * 5_986_295_744
    assert table.separate() == 31_014_534_528
    assert table.single() == 2 * 15_729_565_376


def test_order_of_tasks_is_free_but_names_and_blocks_are_not():
    assert TABLE.cost(Grouping.shared(TASKS[::-1], BLOCKS)) == TABLE.shared()
    for tasks in (TASKS[:2], ("semseg", "depth", "normals")):
        with pytest.raises(ValueError, match="`tasks`"):
            TABLE.cost(Grouping.shared(tasks, BLOCKS))
    with pytest.raises(ValueError, match="`blocks`"):
        TABLE.cost(Grouping.shared(TASKS, BLOCKS[::-1]))


def test_json_round_trip_keeps_values_types_and_order():
    table = CostTable("milliseconds", np.float32(0.5), {"z": np.int64(3), "a": 0.25}, {"semseg": 1})
    again = CostTable.from_dict(json.loads(json.dumps(table.to_dict())))
    assert again == table
    assert list(again.blocks) == ["z", "a"]
    assert isinstance(again.blocks["z"], int)


def test_from_dict_refuses_other_keys():
    with pytest.raises(ValueError, match="stem"):
        CostTable.from_dict({"unit": "parameters", "blocks": {}, "heads": {}})


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"unit": ""}, ValueError, "`unit`"),
        ({"stem": -1}, ValueError, "`stem`"),
        ({"stem": float("inf")}, ValueError, "`stem`"),
        ({"stem": True}, TypeError, "`stem`"),
        ({"blocks": [1, 2]}, TypeError, "`blocks`"),
        ({"blocks": {}}, ValueError, "`blocks`"),
        ({"blocks": {"b1": "1"}}, TypeError, "b1"),
        ({"heads": {"semseg": float("nan")}}, ValueError, "semseg"),
    ],
)
def test_bad_arguments_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        CostTable(**{**TABLE.to_dict(), **changes})
