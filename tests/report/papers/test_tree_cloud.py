"""All trees of a granularity: as many as there are, each with its cost and its clustering cost."""

import itertools

import numpy as np
import pytest

from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.grouping.partitions import all_partitions, refines
from bmt_tf.report.papers.printed import paper_table
from bmt_tf.report.papers.tree_cloud import all_trees
from bmt_tf.search import clustering_cost

TASKS, BLOCKS = ("a", "b", "c"), ("one", "two", "three")
TABLE = CostTable("parameters", 3, {"one": 5, "two": 11, "three": 23}, dict.fromkeys(TASKS, 7))


@pytest.fixture(scope="module")
def dissimilarity():
    values = np.random.default_rng(0).uniform(0, 1, (3, 3, 3))
    values = (values + values.transpose(0, 2, 1)) / 2
    values[:, range(3), range(3)] = 0
    return values


def _by_hand(dissimilarity, keep=lambda *tree: True):
    """Returns the sorted costs and scores of all trees, one by one."""
    chains = itertools.product(all_partitions(TASKS), repeat=3)
    trees = [tree for tree in chains if all(refines(b, a) for a, b in itertools.pairwise(tree)) and keep(*tree)]
    groupings = [Grouping(TASKS, BLOCKS, tree) for tree in trees]
    return sorted((TABLE.cost(tree), round(clustering_cost(dissimilarity, tree), 9)) for tree in groupings)


def _found(trees):
    return sorted(zip(trees.costs.tolist(), trees.scores.round(9).tolist(), strict=True))


def test_all_trees_have_the_costs_and_scores_of_each_by_itself(dissimilarity):
    trees = all_trees(TABLE, dissimilarity)
    assert trees.places == 3 and _found(trees) == _by_hand(dissimilarity)
    shared = all_trees(TABLE, dissimilarity, shared=1)
    assert shared.places == 2 and _found(shared) == _by_hand(dissimilarity, lambda first, *_: len(first) == 1)


def test_of_too_many_trees_those_that_part_at_fewer_places_are_taken(dissimilarity):
    trees = all_trees(TABLE, dissimilarity, most=20)
    assert trees.places == 2 and len(trees.costs) == 12
    assert _found(trees) == _by_hand(dissimilarity, lambda first, second, third: first == second)
    assert all_trees(TABLE, dissimilarity, most=1).places == 1


def test_there_are_22_trees_of_the_last_three_stages_and_the_printed_ones_are_among_them():
    table = paper_table("bmn.1")
    trees = all_trees(table.costs, shared=1)
    assert len(trees.costs) == 22 and len(set(trees.costs)) == 10 and not trees.scores.any()
    counted = {row.counted for row in table.rows if row.method in ("bmn", "shared")}
    assert counted <= set(trees.costs)
    assert {tuple(parts) for cost, parts in zip(trees.costs, trees.branches, strict=True) if cost == 116_023_382} == {
        (2, 2, 2)
    }


def test_many_blocks_and_tasks_are_no_more_trees_than_wanted():
    tasks, blocks = "abcdef", {f"block_{number}": number + 1 for number in range(18)}
    trees = all_trees(CostTable("parameters", 0, blocks, dict.fromkeys(tasks, 0)))
    assert 2 <= trees.places < 18 and len(trees.costs) <= 20_000
    assert trees.costs.min() == sum(blocks.values()) and trees.costs.max() == 6 * sum(blocks.values())
