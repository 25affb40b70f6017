"""Weights of the step that is good for every task at once, `mgda_ub`."""

import tensorflow as tf

from bmt_tf.training.weighting.shortest import min_norm
from bmt_tf.training.weighting.weighting import Weighting, mean_one

_NORMALISERS = {
    "none": lambda losses, norms: tf.ones_like(norms),
    "l2": lambda losses, norms: norms,
    "loss": lambda losses, norms: losses,
    "loss+": lambda losses, norms: losses * norms,
}


class MultipleGradientDescent(Weighting):
    """Weights from the shortest combination of the tasks' normalised gradients on the shared features.

    With the shares s of `min_norm` over gradients that are divided by their normaliser n: `none` 1, `l2` the norm,
    `loss` the loss, `loss+` the product of the two.
    Source: Sener & Koltun 2018, section 3.3 and algorithm 2, with features in the place of parameters (MGDA-UB).
    Departures: by default the weights are s / n, so that the step is along the vector that was found and, with `l2` and
    `loss`, a loss's unit has no influence; the authors' code takes s (`divide=false`) and `loss+`. Weights have
    the mean 1, not the sum 1. Tasks without a label or of zero gradient take no part: they would end the training of
    the others. The paper trains heads by their own loss without weight (`scale_heads=false`), its code with it.

    Args:
        normaliser: What gradients are divided by.
        divide: Whether weights are divided by it as well.
        scale_heads: Whether what not all tasks share is trained with the weights too.
    """

    on_features = True

    def __init__(self, normaliser: str, divide: bool, scale_heads: bool):
        self._normaliser, self._divide, self.scales_own = _NORMALISERS[normaliser], divide, scale_heads

    def weights(self, seen=None):
        norms = seen.norms
        divisors = self._normaliser(tf.cast(seen.losses, tf.float64), norms)
        present = seen.labelled & (norms > 0) & (divisors > 0) & tf.math.is_finite(divisors * norms)
        divisors = tf.where(present, divisors, tf.ones_like(divisors))
        shares = min_norm(seen.gram / (divisors[:, None] * divisors[None, :]), present)
        return tf.cast(mean_one(shares / divisors if self._divide else shares, present), tf.float32)
