"""The non-dominated points against the definition."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.costs import non_dominated

small = st.integers(0, 6)


@given(st.lists(st.tuples(small, small), max_size=12))
@settings(deadline=None)
def test_front_is_what_the_definition_says(points):
    costs, scores = [c for c, _ in points], [s for _, s in points]
    front = non_dominated(costs, scores).tolist()
    chosen = [points[i] for i in front]
    best = {p for p in points if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in points)}
    assert chosen == sorted(best)
    assert all(i == points.index(points[i]) for i in front)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"shapes \(2,\) and \(3,\)"):
        non_dominated([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="NaN"):
        non_dominated([1.0, float("nan")], [1.0, 2.0])
