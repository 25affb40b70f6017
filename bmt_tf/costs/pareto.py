"""The points of a trade-off that no other point beats."""

import numpy as np


def non_dominated(costs, scores) -> np.ndarray:
    """Returns which points are not dominated, where less is better in both.

    A point is dominated by one that is at most as dear and has at most its score. Of equal points the first stays.

    Args:
        costs: Numbers `[n]`.
        scores: Numbers `[n]`; negate a measure that is better when higher.

    Returns:
        int64 indices by rising cost and falling score.

    Raises:
        ValueError: The arguments are not two lists of equal length, or hold NaN.
    """
    costs, scores = np.asarray(costs), np.asarray(scores)
    if costs.ndim != 1 or costs.shape != scores.shape:
        raise ValueError(f"`costs` and `scores` must be [n] both. Received: shapes {costs.shape} and {scores.shape}")
    if np.isnan(costs).any() or np.isnan(scores).any():
        raise ValueError("`costs` and `scores` must not hold NaN. Received: NaN")
    order = np.lexsort((scores, costs))
    sorted_scores = scores[order]
    best_before = np.minimum.accumulate(np.concatenate([[np.inf], sorted_scores]))[:-1]
    return order[sorted_scores < best_before]
