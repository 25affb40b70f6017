"""The tree of a search's warm-up: tasks that start from the same candidate share it from the first step."""

from collections.abc import Sequence

from bmt_tf.grouping import Grouping


def warm_up_grouping(
    tasks: Sequence[str], blocks: Sequence[str], candidates: int | None = None, encoder: str = ""
) -> Grouping:
    """Returns the tree that is trained before a search: task t alone, or with the tasks that share candidate t mod J.

    Part k of every block becomes candidate k. Source: BMTAS, sec. 3.1, where J = T and every task is alone.

    Args:
        tasks: Names of the T tasks.
        blocks: Names of the L blocks.
        candidates: Candidates per block, J; by default T.
        encoder: As for `Grouping`.

    Raises:
        ValueError: `candidates` is below 1.
    """
    candidates = len(tasks) if candidates is None else candidates
    if candidates < 1:
        raise ValueError(f"`candidates` must be at least 1. Received: candidates={candidates}.")
    row = [place % candidates for place in range(len(tasks))]
    return Grouping.from_routing(tasks, blocks, [row] * len(blocks), encoder)
