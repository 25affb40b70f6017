"""Joint augmentation of an image and its labels: scale, pad, crop, flip, as one mapping of pixels.

Source: BMTAS, appendix A, and its published code: one factor for image and labels, depth divided by it; central
padding to the crop's size, then a crop at a uniform offset; a left-right flip, which negates the x of normals and
offsets. What either does to a label's numbers is said by its kind.
"""

import dataclasses

import numpy as np

from bmt_tf.tasks import Task
from bmt_tf.tasks.lazy_tensorflow import tf

IMAGE_PADDING = 127.5


@dataclasses.dataclass(frozen=True)
class Augmentation:
    """What is drawn anew each time an image is used. A crop to the network's image size is always part of it.

    Args:
        scales: Factors, each as likely as the others; none for images as they are.
        flip: Whether one image in two is flipped left to right.

    Raises:
        ValueError: A scale is not positive.
    """

    scales: tuple[float, ...] = ()
    flip: bool = False

    def __post_init__(self):
        if not all(scale > 0 for scale in self.scales):
            raise ValueError(f"`scales` must be positive. Received: scales={self.scales}.")

    @classmethod
    def paper(cls) -> "Augmentation":
        """Returns the papers' setting: scales 0.5, 0.75, ..., 2.0, and flips."""
        return cls(scales=tuple(np.arange(0.5, 2.01, 0.25).tolist()), flip=True)


def augment(image, labels: dict, tasks: list[Task], size: tuple[int, int], augmentation: Augmentation, seed):
    """Returns an image uint8 `[h, w, 3]` and its labels, augmented by a seed int64 `[2]` and of `size` `(H, W)`.

    Labels are taken from the pixel `floor(target * old / new)`, as OpenCV does; images are interpolated between
    pixel centres. The image that comes back is float32, 0..255 with 127.5 where nothing is seen; labels are ignored
    there.
    """
    draw = tf.random.stateless_uniform([4], seed)
    scales = tf.constant(augmentation.scales or (1.0,), tf.float64)
    factor = scales[tf.cast(draw[0] * scales.shape[0], tf.int32)]
    rows = _Axis(tf.shape(image)[0], factor, size[0], draw[1])
    columns = _Axis(tf.shape(image)[1], factor, size[1], draw[2])
    flipped = draw[3] < 0.5 if augmentation.flip else tf.constant(False)

    image = _mirrored(_window_of_image(image, rows, columns, size), 1, flipped)
    column_source = _mirrored(columns.source, 0, flipped)
    seen = rows.seen[:, None, None] & _mirrored(columns.seen, 0, flipped)[None, :, None]

    augmented = {}
    for task in tasks:
        kind, label = task.kind, labels[task.name]
        if kind.dense:
            label = tf.gather(tf.gather(label, rows.source), column_source, axis=1)
            label = kind.flipped(kind.scaling.zoomed(label, tf.cast(factor, tf.float32)), flipped)
            label = tf.where(seen, label, tf.constant(kind.ignore, label.dtype))
        augmented[task.name] = label
    return image, augmented


class _Axis:
    """Where the pixels of the result lie in the image, along one axis."""

    def __init__(self, length, factor, target: int, draw):
        self.scaled = tf.maximum(tf.cast(tf.cast(length, tf.float64) * factor, tf.int32), 1)
        room = self.scaled - target
        offset = tf.cast(draw * tf.cast(tf.maximum(room, 0) + 1, tf.float32), tf.int32)
        # Position of the scaled image's first pixel in the result, negative where it is cropped.
        self.first = tf.maximum(-room, 0) // 2 - offset
        self.scale = tf.cast(self.scaled / length, tf.float32)
        position = tf.range(target) - self.first
        # Per pixel of the result, whether it shows the image, and the pixel of the image whose label it bears.
        self.seen = (position >= 0) & (position < self.scaled)
        self.source = tf.clip_by_value(position, 0, self.scaled - 1) * length // self.scaled


def _window_of_image(image, rows: _Axis, columns: _Axis, size: tuple[int, int]):
    # One operation scales, pads and crops, and computes no pixel that is cropped away.
    window = tf.raw_ops.ScaleAndTranslate(
        images=image[None],
        size=size,
        scale=tf.stack([rows.scale, columns.scale]),
        translation=tf.cast(tf.stack([rows.first, columns.first]), tf.float32),
        kernel_type="triangle",
        antialias=False,
    )[0]
    return tf.where(rows.seen[:, None, None] & columns.seen[None, :, None], window, IMAGE_PADDING)


def _mirrored(tensor, axis: int, flipped):
    # Reversed along one axis or along none, which is cheaper than a conditional.
    return tf.reverse(tensor, tf.fill([tf.cast(flipped, tf.int32)], axis))
