"""Arrays of partitions: dissimilarity between their parts, single merges, and labels in canonical order."""

import numpy as np


def between_parts(dissimilarity: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Returns the largest dissimilarity between the tasks of each two parts, and within each on the diagonal.

    That is float64 `[n, m, m]` for labels `[n, T]` of `n` partitions with `m` parts each; the dissimilarity `[T, T]` is
    symmetric, its diagonal 0.
    """
    found = []
    for row in labels:
        order = np.argsort(row, kind="stable")
        starts = np.searchsorted(row[order], np.arange(row.max() + 1))
        rows = np.maximum.reduceat(dissimilarity[np.ix_(order, order)], starts, axis=0)
        found.append(np.maximum.reduceat(rows, starts, axis=1))
    return np.stack(found)


def best_merges(joined: np.ndarray, labels: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the merges of two parts that raise a sum over the parts least.

    Labels `[n, T]` are partitions of `m` parts, at least 2, and `joined` `[n, m, m]` is what each two parts, joined,
    add to the sum, on the diagonal what each adds. What comes back are labels `[n, w, T]` of `m - 1` parts, and by how
    much the sum changes, `[n, w]`; `w` is `width`, or less where there are fewer merges.
    """
    first, second = np.triu_indices(joined.shape[1], 1)
    within = np.diagonal(joined, axis1=1, axis2=2)
    change = joined[:, first, second] - within[:, first] - within[:, second]
    chosen = np.argsort(change, axis=1, kind="stable")[:, :width]
    a, b = first[chosen][:, :, None], second[chosen][:, :, None]  # a < b, so that labels stay in canonical order
    labels = labels[:, None]
    labels = np.where(labels == b, a, labels - (labels > b))
    return labels, np.take_along_axis(change, chosen, axis=1)


def sum_of_largest(between: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Returns the sum over groups of parts of the largest dissimilarity within each group, `[n]`.

    `between` is `[n, m, m]` of `between_parts`, `groups` `[n, m]` says the group of each part.
    """
    same = groups[:, :, None] == groups[:, None, :]
    largest = np.where(same, between, 0).max(axis=2)  # of each part, to its own group
    largest = np.where(same, largest[:, None, :], 0).max(axis=2)  # of each part's group
    return (largest / same.sum(axis=2)).sum(axis=1)


def renumbered(labels: np.ndarray) -> np.ndarray:
    """Returns labels `[n, T]` counted from 0 in the order of their first appearance."""
    first = (labels[:, :, None] == labels[:, None, :]).argmax(axis=2)
    opens = first == np.arange(labels.shape[1])
    return np.take_along_axis(opens.cumsum(axis=1) - 1, first, axis=1)
