"""Lambda, which weighs a tree's cost against the tasks' losses in a branch search. No TensorFlow."""


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
