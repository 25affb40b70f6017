"""Losses over the labelled elements of a batch that may be spread over several replicas.

A loss knows its sums over the labels, `counts(labels)`. Added up over all replicas they go into
`loss(outputs, labels, counts)`, which gives this replica's share of the loss of the global batch: the shares add up to
what one replica with the whole batch has. Elements that are not labelled have no loss and no gradient; a batch without
any label has the loss 0.

Source: BMTAS, appendix A; BMN, appendices A (Cityscapes), B (Taskonomy) and C (attributes).
"""

import abc
from dataclasses import dataclass

from bmt_tf.tasks.activations import unit_vectors
from bmt_tf.tasks.lazy_tensorflow import tf
from bmt_tf.tasks.setting_rules import check_divisor

_IGNORED = 255


class Loss(abc.ABC):
    """Base of the losses: the mean of a loss per element over the labelled elements.

    A loss of one's own needs not derive from it, only have `counts` and be called in the same way.
    """

    def counts(self, labels: "tf.Tensor") -> "tf.Tensor":
        """Returns the sums over the labels at hand that the loss of the global batch needs.

        Args:
            labels: Labels of the images of this replica, `[B, ...]`.

        Returns:
            float32 `[n]`, additive over replicas. The first is the number of labelled elements.
        """
        return tf.stack([tf.math.count_nonzero(mask, dtype=tf.float32) for mask in self._masks(labels)])

    def __call__(self, outputs: "tf.Tensor", labels: "tf.Tensor", counts: "tf.Tensor") -> "tf.Tensor":
        """Returns this replica's share of the loss of the global batch.

        Args:
            outputs: What the head puts out, float32 `[B, H, W, channels]` or `[B, channels]`.
            labels: Labels of the same images.
            counts: `counts(labels)`, summed over the replicas.

        Returns:
            float32 scalar, 0 if nothing is labelled.
        """
        return tf.reduce_sum(self._losses(outputs, labels, counts)) / tf.maximum(counts[0], 1.0)

    def _masks(self, labels: "tf.Tensor") -> "list[tf.Tensor]":
        """Returns boolean maps whose true elements are counted; the first is true where labelled."""
        return [labels != _IGNORED]

    @abc.abstractmethod
    def _losses(self, outputs: "tf.Tensor", labels: "tf.Tensor", counts: "tf.Tensor") -> "tf.Tensor":
        """Returns the loss of every element, 0 where not labelled."""


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Loss):
    """Softmax cross-entropy of classes, mean over labelled pixels, which may weigh as their class does.

    Outputs are logits `[B, H, W, C]`, labels classes uint8 `[B, H, W, 1]`, 255 where ignored. With weights the loss is
    the weighted mean: weights that are all equal change nothing, whatever they are.

    Source: BMN, appendix A, for Cityscapes; its weights are not given.

    Args:
        class_weights: One weight per class; none for pixels that all weigh alike.

    Raises:
        ValueError: A weight is below 0 or no number, or all are 0.
    """

    class_weights: tuple[float, ...] = ()

    def __post_init__(self):
        weights = tuple(float(weight) for weight in self.class_weights)
        if weights and not (all(0 <= weight < float("inf") for weight in weights) and any(weights)):
            raise ValueError(
                f"`class_weights` must be numbers from 0 on, not all 0. Received: class_weights={self.class_weights}."
            )
        object.__setattr__(self, "class_weights", weights)

    def counts(self, labels: "tf.Tensor") -> "tf.Tensor":
        """Returns the number of labelled pixels and, where classes have weights, the sum of their pixels' weights.

        Args:
            labels: Classes uint8 `[B, H, W, 1]`.
        """
        numbers = super().counts(labels)
        if not self.class_weights:
            return numbers
        return tf.concat([numbers, [tf.reduce_sum(self._weights(labels[..., 0]))]], axis=0)

    def _weights(self, classes):
        # The last entry is for all that is ignored.
        table = tf.constant((*self.class_weights, 0.0), tf.float32)
        return tf.gather(table, tf.minimum(tf.cast(classes, tf.int32), len(self.class_weights)))

    def _losses(self, outputs, labels, counts):
        labels = labels[..., 0]
        labelled = labels != _IGNORED
        classes = tf.where(labelled, tf.cast(labels, tf.int32), 0)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(classes, outputs)
        if self.class_weights:
            losses *= self._weights(labels) * tf.math.divide_no_nan(counts[0], counts[1])
        return tf.where(labelled, losses, 0.0)


@dataclass(frozen=True)
class WeightedSigmoidCrossEntropy(Loss):
    """Sigmoid cross-entropy of a binary map with fixed weights, mean over labelled pixels.

    Outputs are logits `[B, H, W, 1]`, labels 0, 1 or 255 (ignored), uint8 `[B, H, W, 1]`.

    Args:
        positive: Weight of positive pixels; negative ones weigh 1 - `positive`. The papers: 0.95 on PASCAL-Context,
            0.8 on NYUD-v2.

    Raises:
        ValueError: `positive` is not between 0 and 1.
    """

    positive: float = 0.95

    def __post_init__(self):
        if not 0 <= self.positive <= 1:
            raise ValueError(f"`positive` must be between 0 and 1. Received: positive={self.positive}.")

    def _losses(self, outputs, labels, counts):
        return _sigmoid_losses(outputs, labels, self.positive, 1.0 - self.positive)


@dataclass(frozen=True)
class BalancedSigmoidCrossEntropy(Loss):
    """Sigmoid cross-entropy of a binary map, balanced over the batch, mean over labelled pixels.

    A positive pixel weighs as much as the share of negative ones among the labelled pixels of the global batch, and
    the other way round. So a batch of only positive, or only negative, pixels has the loss 0.

    Outputs are logits `[B, H, W, 1]`, labels 0, 1 or 255 (ignored), uint8 `[B, H, W, 1]`.
    """

    def _masks(self, labels):
        return [labels != _IGNORED, labels == 0]

    def _losses(self, outputs, labels, counts):
        negatives = tf.math.divide_no_nan(counts[1], counts[0])
        return _sigmoid_losses(outputs, labels, negatives, 1.0 - negatives)


@dataclass(frozen=True)
class SigmoidCrossEntropy(Loss):
    """Sigmoid cross-entropy of attributes, mean over known attributes.

    Outputs are logits `[B, C]`, labels 0, 1 or 255 (unknown), uint8 `[B, C]`.
    """

    def _losses(self, outputs, labels, counts):
        return _sigmoid_losses(outputs, labels, 1.0, 1.0)


@dataclass(frozen=True)
class UnitVectorL1(Loss):
    """Absolute difference between outputs scaled to unit length and normals, summed over the 3 components.

    The mean is over labelled pixels, not over components. Outputs and labels are float32 `[B, H, W, 3]`, labels of
    unit length, NaN where ignored.
    """

    def _masks(self, labels):
        return [_labelled(labels)]

    def _losses(self, outputs, labels, counts):
        labelled = _labelled(labels)
        return tf.where(labelled, tf.abs(unit_vectors(outputs) - tf.where(labelled, labels, 0.0)), 0.0)


@dataclass(frozen=True)
class L1(Loss):
    """Absolute difference, summed over channels, mean over labelled pixels.

    Outputs and labels are float32 `[B, H, W, C]` in one unit (depth: metres; offsets and disparities: pixels of the
    image as the network sees it), labels NaN where ignored.

    Source: BMN, appendix B, for depth divided by its standard deviation. Here the network gives metres and the
    difference is divided, which is the same but for the scale of the head's last weights.

    Args:
        per: What counts as 1, such as the standard deviation of a data set's depth in metres; None for the unit itself.
            Above 0.
    """

    per: float | None = None

    def __post_init__(self):
        check_divisor(self.per)

    def _masks(self, labels):
        return [_labelled(labels)]

    def _losses(self, outputs, labels, counts):
        labelled = _labelled(labels)
        return tf.where(labelled, tf.abs(outputs - tf.where(labelled, labels, 0.0)) / (self.per or 1.0), 0.0)


@dataclass(frozen=True)
class KullbackLeibler(Loss):
    """Kullback-Leibler divergence, in nats, of the outputs' softmax from the labels, mean over labelled images.

    Outputs are logits `[B, C]`, labels probabilities float32 `[B, C]`, NaN where ignored.
    """

    def _masks(self, labels):
        return [_labelled(labels)]

    def _losses(self, outputs, labels, counts):
        labelled = _labelled(labels)
        probs = tf.where(labelled, labels, 0.0)
        return tf.where(labelled, tf.math.xlogy(probs, probs) - probs * tf.nn.log_softmax(outputs), 0.0)


def _labelled(labels: "tf.Tensor") -> "tf.Tensor":
    return tf.reduce_all(tf.math.is_finite(labels), axis=-1, keepdims=True)


def _sigmoid_losses(outputs: "tf.Tensor", labels: "tf.Tensor", positive, negative) -> "tf.Tensor":
    # -log(sigmoid(x)) = softplus(-x), and softplus(x) for negatives: one fused operation instead of five.
    is_positive = labels == 1
    weights = tf.where(is_positive, positive, tf.where(labels == 0, negative, 0.0))
    return weights * tf.nn.softplus(tf.where(is_positive, -outputs, outputs))
