"""Decoded examples, kept in memory and handed to TensorFlow as tensors."""

import threading
from collections.abc import Iterable, Sequence

import numpy as np
import tensorflow as tf

from bmt_tf.data.augmentation import IMAGE_PADDING
from bmt_tf.data.python_calls import python_call
from bmt_tf.data.source import Source, check_example, with_only
from bmt_tf.tasks import Task, empty_label

CACHE_BYTES = 2 * 2**30


class Examples:
    """The examples of a source that a dataset uses, each decoded once as long as `cache_bytes` allow.

    Those are the examples with the numbers `indices`, in this order, all by default.
    """

    def __init__(self, source: Source, tasks: Iterable[Task], indices: Sequence[int] | None, cache_bytes: int):
        self.tasks = list(tasks)
        self.source = with_only(source, [task.name for task in self.tasks])
        self.indices = np.arange(len(source)) if indices is None else np.asarray(indices, np.int64)
        if not len(self.indices) or self.indices.min() < 0 or self.indices.max() >= len(source):
            raise ValueError(
                f"`indices` must be numbers from 0 to {len(source) - 1} of the examples of {source.name!r} "
                f"({source.split}), at least one. Received: indices={self.indices.tolist()[:8]}."
            )
        self._dtypes = [tf.uint8, *(tf.as_dtype(task.kind.dtype) for task in self.tasks)]
        self._decoded: dict[int, list[np.ndarray]] = {}
        self._room = cache_bytes
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Returns the number of examples used."""
        return len(self.indices)

    def read(self, place):
        """Returns image, uint8 `[h, w, 3]`, and labels by task of the example at an int64 `place` in `indices`."""
        image, *labels = python_call(self._arrays, place, self._dtypes)
        return tf.ensure_shape(image, [None, None, 3]), self._named(labels, None, None)

    def read_padded(self, place, height: int, width: int) -> dict:
        """Returns the example at an int64 `place` in `indices`, padded in the middle to `height` and `width`.

        It has `image` float32 `[H, W, 3]`, `labels`, `valid` bool, `index` int64 in the source (-1 for the blank image
        that comes back beyond the end), and `size` and `offset`, int32 `[2]`, of the real image in the padded one.
        """

        def padded(place):
            valid = place < len(self.indices)
            image, *labels = self._arrays(place) if valid else self._blank
            size = np.array(image.shape[:2], np.int32)
            offset = (np.array([height, width], np.int32) - size) // 2
            image = _padded(image.astype(np.float32), (height, width), IMAGE_PADDING)
            labels = [
                _padded(label, (height, width), task.kind.ignore) if task.kind.dense else label
                for task, label in zip(self.tasks, labels, strict=True)
            ]
            index = np.int64(self.indices[place] if valid else -1)
            return [valid, index, size, offset, image, *labels]

        dtypes = [tf.bool, tf.int64, tf.int32, tf.int32, tf.float32, *self._dtypes[1:]]
        valid, index, size, offset, image, *labels = python_call(padded, place, dtypes)
        return {
            "image": tf.ensure_shape(image, [height, width, 3]),
            "labels": self._named(labels, height, width),
            "valid": tf.ensure_shape(valid, []),
            "index": tf.ensure_shape(index, []),
            "size": tf.ensure_shape(size, [2]),
            "offset": tf.ensure_shape(offset, [2]),
        }

    def _arrays(self, place: int) -> list[np.ndarray]:
        arrays = self._decoded.get(int(place))
        if arrays is None:
            example = self.source[int(self.indices[place])]
            check_example(example, self.tasks)
            arrays = [example["image"], *(example["labels"][task.name] for task in self.tasks)]
            taken = sum(array.nbytes for array in arrays)
            with self._lock:
                if taken <= self._room and int(place) not in self._decoded:
                    self._decoded[int(place)] = arrays
                    self._room -= taken
        return arrays

    @property
    def _blank(self) -> list[np.ndarray]:
        return [np.zeros([0, 0, 3], np.uint8), *(empty_label(task, 0, 0) for task in self.tasks)]

    def _named(self, labels: list, height: int | None, width: int | None) -> dict:
        return {
            task.name: tf.ensure_shape(label, task.kind.label_shape(task.channels, height, width))
            for task, label in zip(self.tasks, labels, strict=True)
        }


def _padded(array: np.ndarray, size: tuple[int, int], value: float) -> np.ndarray:
    if array.shape[:2] == size:
        return array
    padded = np.full([*size, array.shape[2]], value, array.dtype)
    (row, height), (column, width) = (((new - old) // 2, old) for new, old in zip(size, array.shape, strict=False))
    padded[row : row + height, column : column + width] = array
    return padded
