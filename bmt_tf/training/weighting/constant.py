"""Weights that stay as they are: `fixed`, `uniform`, and `balanced` once it is measured."""

from collections.abc import Sequence

import tensorflow as tf

from bmt_tf.training.weighting.weighting import Weighting, state


class ConstantWeights(Weighting):
    """Weights that never move.

    Source: BMTAS, appendix A, and BMN, appendix B (`fixed`: one number per task; BMTAS found its by a grid search with
    single-task networks); BMN, section 2 (`uniform`: the same for all).

    Args:
        weights: The weights, one per task.
    """

    def __init__(self, weights: Sequence[float]):
        self._weights = state(weights)

    def set(self, weights: Sequence[float]) -> None:
        """Gives other weights to all batches that follow.

        Args:
            weights: The weights, one per task.
        """
        self._weights.assign(tf.constant(weights, tf.float32))

    def weights(self, seen=None):
        del seen
        return tf.convert_to_tensor(self._weights)
