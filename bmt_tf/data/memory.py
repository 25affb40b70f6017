"""Decoded examples, kept in memory and handed to TensorFlow as tensors."""

import threading
from collections.abc import Iterable, Sequence

import numpy as np
import tensorflow as tf

from bmt_tf.data.python_calls import python_call
from bmt_tf.data.source import Source, check_example, with_only
from bmt_tf.tasks import Task


class Examples:
    """The examples of a source that a dataset uses, each decoded once as long as `cache_bytes` allow.

    Those are the examples with the numbers `indices`, in this order, all by default. What is read once is not worth
    keeping: 0 bytes.
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
        labels = {
            task.name: tf.ensure_shape(label, task.kind.label_shape(task.channels, None, None))
            for task, label in zip(self.tasks, labels, strict=True)
        }
        return tf.ensure_shape(image, [None, None, 3]), labels

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
