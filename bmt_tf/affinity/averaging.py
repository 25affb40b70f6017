"""The mean of affinities that were measured on single-task networks of several seeds."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bmt_tf.affinity.storage import AffinityResult


def mean_affinity(results: Sequence[AffinityResult]) -> AffinityResult:
    """Returns the mean of several affinities, each of networks of a seed of its own.

    Two networks of one task differ by chance about as much as some pairs of tasks do; the mean over seeds has less of
    that.

    Args:
        results: Affinities of the same tasks, blocks, network and data, as from `measure_affinity`.

    Returns:
        Their mean; its draws of the bootstrap are the means of theirs, its images those of any of them, in order.

    Raises:
        ValueError: There are none, or they are of different tasks, blocks, draws, networks or data.
    """
    if not results:
        raise ValueError("`results` must hold at least one affinity. Received: none.")
    first = results[0]
    for number, result in enumerate(results):
        for name, ours, theirs in (
            ("tasks", first.tasks, result.tasks),
            ("blocks", first.blocks, result.blocks),
            ("number of draws", len(first.replicates), len(result.replicates)),
            ("network and data", _made_on(first), _made_on(result)),
        ):
            if ours != theirs:
                raise ValueError(
                    f"`results` must be of the same {name}. Received: {ours} in the first, {theirs} in number {number}."
                )
    return AffinityResult(
        np.mean([result.affinity for result in results], axis=0),
        first.tasks,
        first.blocks,
        tuple(sorted({name for result in results for name in result.images})),
        np.mean([result.replicates for result in results], axis=0),
        first.measured_on,
    )


def _made_on(result: AffinityResult) -> dict[str, Any]:
    """Returns on which network and data it was measured, wherever these lie."""
    return {name: value for name, value in result.measured_on.items() if name != "data"}
