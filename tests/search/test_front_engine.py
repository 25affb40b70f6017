"""The lattice of partitions and the dynamic programme's own promises."""

import numpy as np
import pytest

from bmt_tf.search.front_engine import best_trees, lattice


@pytest.mark.parametrize(("count", "pairs"), [(3, 12), (4, 60), (5, 358), (6, 2471)])
def test_coarsening_along_merges_reaches_every_pair(count, pairs):
    partitions = lattice(count)
    reach = [{number} for number in range(len(partitions.parts))]
    for number in partitions.by_parts.tolist():
        reach[number] |= set().union(*(reach[coarser] for coarser in partitions.coarser[number]))
    assert sum(map(len, reach)) == pairs


def test_number_of_merges_at_eight_tasks():
    partitions = lattice(8)
    assert sum(map(len, partitions.coarser)) == 28337
    assert all(partitions.parts[c] == partitions.parts[n] - 1 for n, cs in enumerate(partitions.coarser) for c in cs)


def test_masks_are_the_parts_as_sets():
    partitions = lattice(4)
    assert (partitions.masks.sum(axis=1) == 15).all()
    number = partitions.labels.tolist().index([0, 1, 0, 2])
    assert partitions.masks[number].tolist() == [0b0101, 0b0010, 0b1000, 0]


def test_ties_go_to_fewer_parts_in_deeper_blocks():
    """Equal costs and no score: splitting in one block costs the same wherever, so the rule alone decides."""
    scores = np.ones((2, 2))
    scores[:, 1] = 0  # two tasks, one block must be split to gain; the last one is split by either
    assert best_trees(scores, np.array([0.0, 0.0]), 2).tolist() == [[1, 1]]
    scores = np.array([[1.0, 1.0], [1.0, 1.0]])
    assert best_trees(scores, np.array([0.0, 0.0]), 2).tolist() == [[0, 0]]


def test_the_rule_holds_over_many_blocks():
    """With 40 free blocks and no scores the ranks of shapes outgrow 64 bits unless they are made anew."""
    assert best_trees(np.zeros((40, 15)), np.zeros(40), 4).tolist() == [[0] * 40]
    scores = np.zeros((40, 15))
    scores[39, :14] = 1  # the last block must be separate, the others need not
    assert best_trees(scores, np.zeros(40), 4).tolist() == [[0] * 39 + [14]]
