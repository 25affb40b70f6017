"""Any data set of this package as a TensorFlow Dataset, for tools that want one."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bmt_tf.data.opening import data_tasks, open_data
from bmt_tf.data.source import Example
from bmt_tf.data.tfds_features import features_of, tfds
from bmt_tf.tasks import Task


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
        return self.dataset_info_from_configs(features=features_of(data_tasks(self.builder_config.data).values()))

    def _split_generators(self, dl_manager) -> dict[str, Iterator[tuple[str, Example]]]:
        return {split: self._generate_examples(split) for split in self.builder_config.splits}

    def _generate_examples(self, split: str) -> Iterator[tuple[str, Example]]:
        for example in open_data(self.builder_config.data, split):
            yield example["id"], example


Examples = Callable[[], Iterator[tuple[int, dict[str, Any]]]]


@dataclasses.dataclass
class _ShardsConfig(tfds.core.BuilderConfig):
    """Examples by split, numbered, and their tasks."""

    examples: Mapping[str, Examples] = dataclasses.field(default_factory=dict)
    tasks: tuple[Task, ...] = ()


class _ShardsBuilder(tfds.core.GeneratorBasedBuilder):
    """A builder that writes numbered examples in their order."""

    VERSION = BranchedFolder.VERSION
    code_path = None

    def _info(self) -> tfds.core.DatasetInfo:
        features = features_of(self.builder_config.tasks)
        return self.dataset_info_from_configs(features=features, disable_shuffling=True)

    def _split_generators(self, dl_manager):
        return {split: examples() for split, examples in self.builder_config.examples.items()}

    def _generate_examples(self):
        yield from ()  # the generators come with the configuration


def shards_builder(examples: Mapping[str, Examples], tasks: tuple[Task, ...], folder: str) -> _ShardsBuilder:
    """Returns the builder that writes examples as ArrayRecord files, in their order, somewhere below a folder."""
    config = _ShardsConfig(name="shards", examples=examples, tasks=tasks)
    return _ShardsBuilder(config=config, data_dir=folder, file_format="array_record")
