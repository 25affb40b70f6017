"""Any data set of this package as a TensorFlow Dataset, for tools that want one."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from bmt_tf.data.opening import data_tasks, open_data
from bmt_tf.data.source import Example
from bmt_tf.tasks import Task

try:
    import tensorflow_datasets as tfds
except ImportError as error:
    raise ImportError("BranchedFolder needs a package: pip install tensorflow-datasets") from error


@dataclasses.dataclass
class BranchedConfig(tfds.core.BuilderConfig):
    """Which data set to build.

    Args:
        name: Name of the configuration, a part of the prepared folder's path.
        data: As for `bmt_tf.data.open_data`.
        splits: The splits to build.
    """

    data: str = ""
    splits: tuple[str, ...] = ("train", "val")


class BranchedFolder(tfds.core.GeneratorBasedBuilder):
    """A TFDS builder over any source, such as `BranchedFolder(config=BranchedConfig(name="rooms", data="rooms/"))`.

    The examples are those of `open_data`; a missing label is all ignored (255, NaN).
    """

    VERSION = tfds.core.Version("1.0.0")
    # Nothing is downloaded, so there are no checksums beside the code; looking for them takes a package that
    # tensorflow-datasets does not declare.
    code_path = None

    def _info(self) -> tfds.core.DatasetInfo:
        labels = {name: _feature(task) for name, task in data_tasks(self.builder_config.data).items()}
        image = tfds.features.Image(shape=(None, None, 3), encoding_format="png")
        features = {"image": image, "labels": labels, "id": tfds.features.Text()}
        return self.dataset_info_from_configs(features=tfds.features.FeaturesDict(features))

    def _split_generators(self, dl_manager) -> dict[str, Iterator[tuple[str, Example]]]:
        return {split: self._generate_examples(split) for split in self.builder_config.splits}

    def _generate_examples(self, split: str) -> Iterator[tuple[str, Example]]:
        for example in open_data(self.builder_config.data, split):
            yield example["id"], example


def _feature(task: Task):
    kind, shape = task.kind, task.kind.label_shape(task.channels, None, None)
    if kind.dense and kind.dtype == "uint8":
        return tfds.features.Image(shape=shape, encoding_format="png")
    return tfds.features.Tensor(shape=shape, dtype=np.dtype(kind.dtype), encoding=tfds.features.Encoding.ZLIB)
