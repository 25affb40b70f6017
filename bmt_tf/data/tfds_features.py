"""How `tensorflow_datasets` stores an example."""

from collections.abc import Iterable

import numpy as np

from bmt_tf.tasks import Task

try:
    import tensorflow_datasets as tfds
except ImportError as error:
    raise ImportError("Shards and BranchedFolder need a package: pip install tensorflow-datasets") from error


def features_of(tasks: Iterable[Task]) -> tfds.features.FeaturesDict:
    """Returns how `tensorflow_datasets` stores an example with the labels of some tasks."""
    image = tfds.features.Image(shape=(None, None, 3), encoding_format="png")
    labels = {task.name: _feature(task) for task in tasks}
    features = {"image": image, "id": tfds.features.Text()} | ({"labels": labels} if labels else {})
    return tfds.features.FeaturesDict(features)


def _feature(task: Task):
    kind, shape = task.kind, task.kind.label_shape(task.channels, None, None)
    if kind.dense and kind.dtype == "uint8":
        return tfds.features.Image(shape=shape, encoding_format="png")
    return tfds.features.Tensor(shape=shape, dtype=np.dtype(kind.dtype), encoding=tfds.features.Encoding.ZLIB)
