"""Running measures that are kept in TensorFlow variables.

A measure is made with its task in the scope of a strategy. `update(outputs, labels)` takes a batch, `result()` gives
the number, NaN if no image had a label; images without any labelled element are skipped.

Source: BMTAS, section 4.1; BMN, tables 1 to 3 and appendix B; what they leave open as in BMTAS' published evaluation.
"""

import dataclasses

import numpy as np

from bmt_tf.tasks.activations import unit_vectors
from bmt_tf.tasks.lazy_tensorflow import tf
from bmt_tf.tasks.measure_state import RunningMeasure, total
from bmt_tf.tasks.setting_rules import check_divisor
from bmt_tf.tasks.task import Task

_IGNORED = 255
SALIENCY_THRESHOLDS = tuple(round(0.20 + 0.05 * step, 2) for step in range(15))


class MeanIoU(RunningMeasure):
    """Intersection over union of classes, from one confusion matrix over all images, mean over classes.

    Classes that are in no label and no prediction are left out. An image without a person has an all-ignored label
    of human parts, and so is skipped.

    Args:
        task: A task whose outputs are logits `[B, H, W, C]` and whose labels are classes uint8 `[B, H, W, 1]`.
    """

    def __init__(self, task: Task):
        super().__init__()
        self._channels = task.channels
        self._confusion = self._sum((task.channels, task.channels), "int64")

    def _add(self, outputs, labels):
        count = self._channels**2
        predicted = tf.argmax(outputs, axis=-1, output_type=tf.int32)
        pairs = tf.cast(labels[..., 0], tf.int32) * self._channels + predicted
        pairs = tf.where(labels[..., 0] == _IGNORED, count, pairs)
        histogram = tf.math.bincount(pairs, minlength=count + 1, maxlength=count + 1, dtype=tf.int64)
        self._confusion.assign_add(tf.reshape(histogram[:count], self._confusion.shape))
        return labels != _IGNORED

    def result(self) -> float:
        """Returns the mean over classes, 0 to 1."""
        confusion = total(self._confusion)
        union = confusion.sum(0) + confusion.sum(1) - np.diag(confusion)
        return _mean(np.diag(confusion)[union > 0] / union[union > 0])


class SaliencyIoU(RunningMeasure):
    """Intersection over union of the salient pixels, per image, averaged over images, at the best threshold.

    The thresholds on the probability are `SALIENCY_THRESHOLDS`, and the best one is that of the images at hand, as in
    the papers. Nothing salient and nothing predicted counts as 1.

    Args:
        task: A task whose outputs are logits `[B, H, W, 1]` and whose labels are 0, 1 or 255.
    """

    def __init__(self, task: Task):
        super().__init__()
        self._ious = self._sum((len(SALIENCY_THRESHOLDS),), "float64")

    def _add(self, outputs, labels):
        levels = len(SALIENCY_THRESHOLDS) + 1
        images = tf.shape(labels)[0]
        labels = tf.reshape(labels, [images, -1])
        probabilities = tf.reshape(tf.sigmoid(outputs), [-1])
        # The level is the number of thresholds below the probability; a last bin takes the ignored pixels.
        exceeded = tf.searchsorted(tf.constant(SALIENCY_THRESHOLDS, tf.float32), probabilities, side="left")
        pairs = 2 * tf.reshape(exceeded, tf.shape(labels)) + tf.cast(labels, tf.int32)
        pairs = tf.where(labels == _IGNORED, 2 * levels, pairs)
        bins = 2 * levels + 1
        pairs += bins * tf.range(images)[:, None]
        histogram = tf.math.bincount(tf.reshape(pairs, [-1]), minlength=bins * images, maxlength=bins * images)
        histogram = tf.reshape(tf.reshape(histogram, [images, bins])[:, :-1], [images, levels, 2])
        above = tf.cumsum(histogram, axis=1, reverse=True)[:, 1:]
        salient = tf.reduce_sum(histogram[:, :, 1], axis=1, keepdims=True)
        union = tf.cast(salient + above[:, :, 0], tf.float64)
        ious = tf.where(union > 0, tf.cast(above[:, :, 1], tf.float64) / tf.maximum(union, 1), 1)
        labelled = tf.reduce_any(labels != _IGNORED, axis=1, keepdims=True)
        self._ious.assign_add(tf.reduce_sum(tf.where(labelled, ious, 0), axis=0))
        return labelled

    def result(self) -> float:
        """Returns the mean over images at the best threshold, 0 to 1."""
        images = self.images()
        return float(total(self._ious).max() / images) if images else float("nan")


class MeanAngle(RunningMeasure):
    """Angle between predicted and true normals in degrees, mean over all labelled pixels.

    Args:
        task: A task whose outputs are vectors `[B, H, W, 3]` and whose labels are unit vectors or NaN.
    """

    def __init__(self, task: Task):
        super().__init__()
        self._degrees = self._sum((), "float64")
        self._pixels = self._sum((), "int64")

    def _add(self, outputs, labels):
        labelled = tf.reduce_all(tf.math.is_finite(labels), axis=-1)
        predicted, true = unit_vectors(outputs), unit_vectors(tf.where(labelled[..., None], labels, 0.0))
        # Accurate for small angles too, where the arc cosine of a float32 is not.
        angles = 2 * tf.atan2(tf.norm(predicted - true, axis=-1), tf.norm(predicted + true, axis=-1))
        degrees = tf.where(labelled, tf.cast(angles, tf.float64) * (180 / np.pi), 0)
        self._degrees.assign_add(tf.reduce_sum(degrees))
        self._pixels.assign_add(tf.math.count_nonzero(labelled))
        return labelled

    def result(self) -> float:
        """Returns the mean angle in degrees."""
        return _quotient(total(self._degrees), total(self._pixels))


class RootMeanSquare(RunningMeasure):
    """Root of the mean squared error over all labelled pixels; predictions of lengths below zero count as zero.

    Args:
        task: A task whose outputs are lengths or other numbers `[B, H, W, 1]` and whose labels are such, or NaN.
    """

    def __init__(self, task: Task):
        super().__init__()
        self._decode = task.decode
        self._squares = self._sum((), "float64")
        self._pixels = self._sum((), "int64")

    def _add(self, outputs, labels):
        labelled = tf.math.is_finite(labels)
        errors = tf.cast(tf.where(labelled, self._decode(outputs) - labels, 0.0), tf.float64)
        self._squares.assign_add(tf.reduce_sum(errors**2))
        self._pixels.assign_add(tf.math.count_nonzero(labelled))
        return labelled

    def result(self) -> float:
        """Returns the root mean squared error, in the labels' unit (depth: metres)."""
        return _quotient(total(self._squares), total(self._pixels)) ** 0.5


@dataclasses.dataclass(frozen=True)
class AbsoluteScoring:
    """How numbers are scored by their mean absolute error; called with a task it makes a `MeanAbsolute`.

    Args:
        per: What counts as 1: 0.01 for heat maps, whose error is printed times 100; the standard deviation of a data
            set's depth, in metres, for an error in standard deviations; a quarter for pixels of an image that was four
            times as large as its label is.

    Raises:
        ValueError: `per` is not above 0.
    """

    per: float = 1.0

    def __post_init__(self):
        if not 0 < self.per < float("inf"):
            raise ValueError(f"`per` must be above 0. Received: per={self.per}.")

    def __call__(self, task: Task) -> "MeanAbsolute":
        """Returns a running measure with these settings for a task."""
        return MeanAbsolute(task, self.per)


class MeanAbsolute(RunningMeasure):
    """Mean absolute error over all labelled elements of all images: both components of every pixel's offset alike.

    Source: BMN, section 4 and appendices A and B, for offsets, disparity, depth and heat maps. Over what the mean is
    taken is not said there. Predictions are decoded first: heat maps are cut to 0 and 1, disparities to 0.

    Args:
        task: A task whose outputs are numbers `[B, H, W, C]` and whose labels are such, or NaN.
        per: What counts as 1; see `AbsoluteScoring`.
    """

    def __init__(self, task: Task, per: float = 1.0):
        super().__init__()
        self._decode, self._per = task.decode, per
        self._errors = self._sum((), "float64")
        self._elements = self._sum((), "int64")

    def _add(self, outputs, labels):
        labelled = tf.math.is_finite(labels)
        errors = tf.abs(tf.where(labelled, self._decode(outputs) - labels, 0.0))
        self._errors.assign_add(tf.reduce_sum(tf.cast(errors, tf.float64)))
        self._elements.assign_add(tf.math.count_nonzero(labelled))
        return labelled

    def result(self) -> float:
        """Returns the mean absolute error, in the labels' unit divided by `per`."""
        return _quotient(total(self._errors), total(self._elements)) / self._per


@dataclasses.dataclass(frozen=True)
class DepthScoring:
    """How depth is scored; called with a task it makes the measure.

    That is the root mean squared error in metres, as in BMTAS, or where it is said how many metres count as 1 the mean
    absolute error in these, as in BMN.

    Args:
        per: The standard deviation of a data set's depth in metres, above 0; None for metres.
    """

    per: float | None = None

    def __post_init__(self):
        check_divisor(self.per)

    def __call__(self, task: Task) -> RunningMeasure:
        """Returns a running measure with these settings for a task."""
        return RootMeanSquare(task) if self.per is None else MeanAbsolute(task, self.per)


class TopOverlap(RunningMeasure):
    """Share of the classes with the highest true probabilities that also have the highest predicted ones, mean.

    Classes of true probability 0 are none of the highest: where a label names fewer classes than are compared, as one
    for a single class does, the share is of those.

    Args:
        task: A task whose outputs are logits `[B, C]` and whose labels are probabilities or NaN.
        top: How many classes of each are compared; by default 5 as in BMN, but 1 for tasks with at most 10 classes,
            where 5 would be met by chance.

    Raises:
        ValueError: `top` is below 1, or larger than the number of classes.
    """

    def __init__(self, task: Task, top: int | None = None):
        super().__init__()
        top = top if top is not None else 5 if task.channels > 10 else 1
        if not 1 <= top <= task.channels:
            raise ValueError(f"`top` of task {task.name!r} must be between 1 and {task.channels}. Received: top={top}.")
        self._top = top
        self._overlaps = self._sum((), "float64")

    def _add(self, outputs, labels):
        labelled = tf.reduce_all(tf.math.is_finite(labels), axis=-1)
        predicted = tf.math.top_k(outputs, self._top).indices
        true = tf.math.top_k(tf.where(labelled[:, None], labels, 0.0), self._top)
        named = true.values > 0
        common = tf.reduce_any(true.indices[:, :, None] == predicted[:, None, :], axis=-1) & named
        share = tf.reduce_sum(tf.cast(common, tf.float64), -1) / tf.maximum(
            tf.reduce_sum(tf.cast(named, tf.float64), -1), 1
        )
        self._overlaps.assign_add(tf.reduce_sum(share))
        return labelled

    def result(self) -> float:
        """Returns the mean share over the labelled images, 0 to 1."""
        return _quotient(total(self._overlaps), self.images())


class Accuracy(RunningMeasure):
    """Share of attributes predicted rightly at a probability of 0.5, per attribute, mean over attributes.

    Attributes that no label knows are left out.

    Args:
        task: A task whose outputs are logits `[B, C]` and whose labels are 0, 1 or 255 (unknown).
    """

    def __init__(self, task: Task):
        super().__init__()
        self._right = self._sum((task.channels,), "int64")
        self._known = self._sum((task.channels,), "int64")

    def _add(self, outputs, labels):
        known = labels != _IGNORED
        right = known & ((outputs >= 0) == (labels == 1))
        self._right.assign_add(tf.math.count_nonzero(right, axis=0))
        self._known.assign_add(tf.math.count_nonzero(known, axis=0))
        return known

    def result(self) -> float:
        """Returns the mean over attributes, 0 to 1."""
        right, known = total(self._right), total(self._known)
        return _mean(right[known > 0] / known[known > 0])


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _quotient(numerator: float, denominator: float) -> float:
    return float(numerator / denominator) if denominator else float("nan")
