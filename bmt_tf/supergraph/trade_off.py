"""The unit of lambda, which weighs a tree's cost against the tasks' losses in a branch search. No TensorFlow."""

_SCALES = {"multiply_adds": 1e9, "paper_multiply_adds": 1e9, "parameters": 1e6, "milliseconds": 1.0}


def cost_scale(unit: str) -> float:
    """Returns the cost that lambda is the price of.

    The loss of a search is the tasks' losses + lambda x expected cost / scale: lambda is per 1e9 multiply-adds, per 1e6
    parameters, or per millisecond.

    Args:
        unit: A unit of `CostTable`.

    Returns:
        The cost in that unit.

    Raises:
        ValueError: The unit is unknown.
    """
    if unit not in _SCALES:
        raise ValueError(f"`unit` must be one of {sorted(_SCALES)}. Received: unit={unit!r}.")
    return _SCALES[unit]


def lambda_from_paper(value: float, tasks: int) -> float:
    """Returns our lambda, on `paper_multiply_adds`, that weighs a tree's cost as a lambda of the paper does.

    The authors count two operations for a multiply-add, and add the cost to the loss of each task, whose gradients on
    alpha they then sum; here it is added once.
    Source: BMTAS, sec. 3.3, eq. 4, as in the authors' code. Their expected cost is too high beyond two tasks (see
    `expected_branches`), so an equal weight does not mean an equal loss.

    Args:
        value: Lambda of the paper, such as 0.005.
        tasks: Number of tasks, T.

    Returns:
        2 T value, per 1e9 multiply-adds.

    Raises:
        ValueError: `value` is negative or not finite, or `tasks` below 1.
    """
    if not 0 <= value < float("inf") or tasks < 1:
        raise ValueError(
            f"`value` must be a finite number not below 0, `tasks` at least 1. Received: value={value}, tasks={tasks}."
        )
    return 2.0 * tasks * value
