"""What holds for the front of any beam search, beside the exact one of the same score."""

import pytest

from bmt_tf.search import front_gap


def check_front_of_beam(beam, exact, table, score, missed):
    """Checks a beam's front: ordered, true to its trees, never better than exact, and near it.

    It misses at most the share `missed` of the exact scores, summed over points; `score` is that of a tree.
    """
    gap = front_gap(beam, exact)
    assert gap.min() > -1e-9
    assert gap.sum() < missed * sum(point.score for point in exact)
    costs, scores = [point.cost for point in beam], [point.score for point in beam]
    assert costs == sorted(set(costs)) and scores == sorted(set(scores), reverse=True)
    assert costs[0] == table.shared() and scores[-1] == pytest.approx(0)
    for point in beam:
        assert point.cost == table.cost(point.grouping)
        assert point.score == pytest.approx(score(point.grouping), abs=1e-9)


def check_wider_comes_nearer(beam_of_width, exact):
    """Checks that a beam of width 30 comes nearer to the exact front than one of width 1."""
    narrow, wide = (front_gap(beam_of_width(width), exact).sum() for width in (1, 30))
    assert wide < narrow
