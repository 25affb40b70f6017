"""The beam by a score of one's own: wide enough it finds the front of all trees."""

import itertools

import numpy as np
import pytest

from bmt_tf.search.beam_engine import beam_labels


class Weights:
    """A part scores the product of its tasks' weights times the root of their number; the sum over parts counts."""

    def __init__(self, weights):
        self.logs = np.log(weights)

    def of(self, labels):
        members = labels[:, :, None] == np.arange(labels.max() + 1)
        return np.stack([(members * self.logs[:, None]).sum(axis=1), members.sum(axis=1)], axis=2)

    def _value(self, known):
        return np.where(known[..., 1] > 1, np.exp(known[..., 0]) * np.sqrt(known[..., 1]), 0.0)

    def joined(self, parts):
        joined = self._value(parts[:, :, None] + parts[:, None])
        np.einsum("nii->ni", joined)[:] = self._value(parts)
        return joined

    def of_groups(self, parts, groups):
        members = (groups[:, :, None] == np.arange(groups.max() + 1)).astype(float)
        return self._value(members.transpose(0, 2, 1) @ parts).sum(axis=1)

    def affinity(self, parts):
        return 1 / (1 + self.joined(parts)) * (1 - np.eye(parts.shape[1])) + np.eye(parts.shape[1])

    def score(self, sums, count):
        return sums


def by_hand(weights, labels):
    """Returns the score of a tree, labels `[L, T]`, by plain loops."""
    parts = [row[labels_of == k] for row, labels_of in zip(weights, labels, strict=True) for k in np.unique(labels_of)]
    return sum(np.prod(part) * len(part) ** 0.5 for part in parts if len(part) > 1)


@pytest.mark.parametrize("seed", range(3))
def test_a_wide_beam_finds_the_front_of_all_trees(all_trees, seed):
    tasks, blocks, costs = ("t0", "t1", "t2", "t3"), ("b0", "b1"), [2.0, 3.0]
    weights = np.random.default_rng(seed).uniform(0.3, 2.0, (2, 4))
    points = []
    for tree in all_trees(tasks, blocks):
        cost = sum(c * len(partition) for c, partition in zip(costs, tree.partitions, strict=True))
        points.append((cost, round(by_hand(weights, np.array(tree.routing())), 9)))
    best = list(itertools.accumulate(sorted(points), lambda a, b: b if b[1] < a[1] else a))
    wanted = [point for point, _ in itertools.groupby(best)]
    found = [
        (float(labels.max(axis=1) @ costs + sum(costs)), round(by_hand(weights, labels), 9))
        for labels in beam_labels([Weights(row) for row in weights], costs, 4, width=50, seed=seed)
    ]
    assert found == wanted


def test_no_width_is_refused():
    with pytest.raises(ValueError, match="width=0"):
        list(beam_labels([Weights(np.ones(3))], [1.0], 3, width=0, seed=0))
