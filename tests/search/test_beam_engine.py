"""The beam by a score of one's own: wide enough it finds the front of all trees."""

import itertools

import numpy as np
import pytest

from bmt_tf.search.beam_engine import beam_trees


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
def test_a_wide_beam_finds_the_front_of_all_trees(problem, all_trees, seed):
    _, tasks, table = problem(4, 2, seed)
    weights = np.random.default_rng(seed).uniform(0.3, 2.0, (2, 4))

    def score(tree):
        return round(by_hand(weights, np.array(tree.routing())), 9)

    points = sorted((table.cost(tree), score(tree)) for tree in all_trees(tasks, tuple(table.blocks)))
    best = itertools.accumulate(points, lambda a, b: b if b[1] < a[1] else a)
    wanted = [point for point, _ in itertools.groupby(best)]
    found = beam_trees([Weights(row) for row in weights], score, tasks, table, width=50, seed=seed)
    assert [(point.cost, point.score) for point in found] == wanted


def test_no_width_is_refused(problem):
    _, tasks, table = problem(3, 1, seed=0)
    with pytest.raises(ValueError, match="width=0"):
        beam_trees([Weights(np.ones(3))], lambda tree: 0.0, tasks, table, width=0, seed=0)
