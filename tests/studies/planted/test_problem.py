"""Both methods find the groups of the planted problem; the committed result of ten seeds is of these settings."""

import json

import pytest

from bmt_tf.choosing.tree_choice import parse_budget
from bmt_tf.data.sets.planted import GROUPS, TASKS
from bmt_tf.grouping import Grouping
from bmt_tf.runs import SearchConfig, TrainConfig
from studies.planted import problem as planted_problem
from studies.planted.problem import VARIANTS, bmn_tree, bmtas_tree, chances, is_right, planted_table

pytestmark = [pytest.mark.long, pytest.mark.traced]


@pytest.fixture(scope="module")
def result(root):
    return json.loads((root / "docs" / "planted.json").read_text())


@pytest.mark.whole
def test_bmn_finds_the_groups(tmp_path):
    assert is_right(bmn_tree(str(tmp_path), seed=0))


@pytest.mark.whole
def test_bmtas_finds_the_groups(tmp_path):
    assert is_right(bmtas_tree(str(tmp_path), seed=0))


def test_budget_allows_the_groups_everywhere_and_no_three_parts_at_the_last_block():
    table = planted_table()
    budget, blocks = parse_budget(planted_problem.BUDGET, table), tuple(table.blocks)
    assert table.cost(Grouping.from_routing(TASKS, blocks, [[0, 0, 1, 1]] * 3)) <= budget
    assert table.cost(Grouping.from_routing(TASKS, blocks, [[0] * 4, [0] * 4, [0, 0, 1, 2]])) > budget


def test_chance_is_that_of_counting_by_hand():
    # Within the budget the last block has one part, which leaves one tree, or two: 7 ways, and three trees for each, as
    # the two parts may have formed at any block. The groups are one of the 7.
    assert chances()["trees within the budget"] == pytest.approx(3 / 22)
    # Four tasks draw one of four candidates at each of three blocks: both pairs agree at all, not all four at all.
    assert chances()["routings"] == pytest.approx(1 / 16**3 - 1 / 64**3)


def test_only_the_exact_groups_are_right():
    def tree(last):
        return Grouping(TASKS, ("only",), [last])

    assert is_right(tree(GROUPS))
    assert not is_right(tree([TASKS]))
    assert not is_right(tree([*GROUPS[:1], GROUPS[1][:1], GROUPS[1][1:]]))


def test_committed_result_is_of_these_settings(result):
    now = json.loads(json.dumps(planted_problem.settings()))
    kinds = {"training": TrainConfig, "search": SearchConfig}
    for name, kind in kinds.items():  # settings that came later are at their defaults
        stored, ours = (
            kind.from_json(values[name] | {"run_dir": "run", "seed": 0}) for values in (result["settings"], now)
        )
        assert stored == ours
    assert {**result["settings"], **dict.fromkeys(kinds)} == {**now, **dict.fromkeys(kinds)}
    assert result["chance"] == pytest.approx(chances())


def test_committed_result_has_the_groups_in_nine_of_ten(result):
    lines = {line["variant"]: line for line in result["summary"]}
    groups = " | ".join(map(" ".join, GROUPS))
    assert set(lines) == set(VARIANTS)
    for line in lines.values():
        own = [row for row in result["runs"] if row["variant"] == line["variant"]]
        assert sorted(row["seed"] for row in own) == list(range(10))
        assert line["right"] == sum(row["right"] for row in own)
        assert all(row["right"] == (row["tree"][-1] == groups) for row in own)
    assert min(lines["bmn"]["right"], lines["bmtas"]["right"]) >= 9


def test_committed_costs_fall_with_the_trade_off(result):
    lines = sorted(
        (line["trade_off"], line["mean_cost"])
        for line in result["summary"]
        if line["variant"] in ("no_cost", "low_cost", "bmtas", "high_cost")
    )
    costs = [cost for _, cost in lines]
    assert costs == sorted(costs, reverse=True) and len(set(costs)) == 4
    table = planted_table()
    assert costs[0] > table.shared() + 0.8 * (table.separate() - table.shared())
