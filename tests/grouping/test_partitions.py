"""Partitions: counts, canonical form, refinement and meet."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmt_tf.grouping.partitions import (
    all_labels,
    all_partitions,
    canonical,
    labels_of,
    meet,
    partition_from_labels,
    refines,
)

TASKS = ("a", "b", "c", "d", "e")
partitions = st.lists(st.integers(0, 4), min_size=5, max_size=5).map(
    lambda labels: partition_from_labels(labels, TASKS)
)


@pytest.mark.parametrize(("count", "number"), [(1, 1), (3, 5), (4, 15), (5, 52), (6, 203), (7, 877), (8, 4140)])
def test_number_of_partitions_is_the_bell_number(count, number):
    labels = all_labels(count)
    assert labels.shape == (number, count)
    assert labels.tolist() == sorted(labels.tolist())
    assert len(np.unique(labels, axis=0)) == number


@pytest.mark.parametrize(("count", "number"), [(3, 12), (4, 60), (5, 358)])
def test_number_of_refining_pairs(count, number):
    every = all_partitions(TASKS[:count])
    assert sum(refines(finer, coarser) for finer in every for coarser in every) == number


@pytest.mark.parametrize("count", [0, 9])
def test_enumeration_refuses_numbers_out_of_range(count):
    with pytest.raises(ValueError, match=f"count={count}"):
        all_labels(count)


@given(partitions, st.randoms())
@settings(deadline=None)
def test_canonical_form_does_not_depend_on_the_order_of_parts_and_names(partition, random):
    parts = [random.sample(part, len(part)) for part in random.sample(partition, len(partition))]
    assert canonical(parts, TASKS) == partition
    assert partition_from_labels(labels_of(partition, TASKS), TASKS) == partition


@given(partitions, partitions)
@settings(deadline=None)
def test_meet_is_coarsest_common_refinement(first, second):
    both = meet(first, second, TASKS)
    assert refines(both, first) and refines(both, second)
    common = [p for p in all_partitions(TASKS) if refines(p, first) and refines(p, second)]
    assert all(refines(p, both) for p in common)


@given(partitions, partitions)
@settings(deadline=None)
def test_refinement_means_that_together_stays_together(finer, coarser):
    def pairs(partition):
        return {(t, u) for part in partition for t in part for u in part}

    assert refines(finer, coarser) == (pairs(finer) <= pairs(coarser))


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ([["a", "b"], ["c", "d"]], "missing 'e'"),
        ([["a", "b", "x"], ["c", "d", "e"]], "unknown 'x'"),
        ([["a", "b"], ["b", "c", "d", "e"]], "more than once 'b'"),
        ([["a", "b", "c", "d", "e"], []], "an empty part"),
    ],
)
def test_canonical_names_the_fault(parts, fault):
    with pytest.raises(ValueError, match=fault):
        canonical(parts, TASKS)


@pytest.mark.parametrize("parts", ["abcde", 3, {"a": 1}, ["abcde"], [3], [[1, 2]]])
def test_canonical_refuses_other_types(parts):
    with pytest.raises(TypeError, match="must"):
        canonical(parts, TASKS)
