"""The average relative performance of a multi-task network."""

import math
from collections.abc import Mapping


def delta_m(scores: Mapping[str, float], references: Mapping[str, float], lower_is_better: Mapping[str, bool]) -> float:
    """Returns by how much a multi-task network is better than its references, on average over the tasks.

    Source: BMTAS, section 4.1, eq. 7; BMN, appendix A, eq. 1.

    Args:
        scores: Task name -> measure of the multi-task network.
        references: Task name -> measure of the reference, usually the single-task network.
        lower_is_better: Task name -> whether less of the measure is better.

    Returns:
        Mean over the tasks of `scores` of the relative gain, in percent; negative if it is worse.

    Raises:
        ValueError: There are no scores, a task has no reference or no direction, a number is not finite, or a
            reference is zero.
    """
    if not scores:
        raise ValueError("`scores` must hold at least one task. Received: scores={}.")
    for argument, given in (("references", references), ("lower_is_better", lower_is_better)):
        missing = [task for task in scores if task not in given]
        if missing:
            raise ValueError(f"`{argument}` must hold every task of `scores`. Missing: {', '.join(missing)}.")
    for argument, given in (("scores", scores), ("references", references)):
        for task in scores:
            if not math.isfinite(given[task]):
                raise ValueError(f"`{argument}` must be finite. Received: {given[task]} for task {task!r}.")
    for task in scores:
        if references[task] == 0:
            raise ValueError(f"`references` must not be zero. Received: 0 for task {task!r}.")
    gains = [
        (references[task] - scores[task] if lower_is_better[task] else scores[task] - references[task])
        / references[task]
        for task in scores
    ]
    return 100 * sum(gains) / len(gains)
