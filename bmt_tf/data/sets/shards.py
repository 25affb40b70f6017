"""A data set that `write_shards` put into few large files, for storage that hates small ones."""

import hashlib
import threading
from collections.abc import Iterable
from typing import Any

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.description import read_description
from bmt_tf.data.source import Example, place_of, state_by_files
from bmt_tf.tasks import Task

SHARDS = "shards.json"  # says what a dataset.json says
MADE_BY = "scripts/write_data.py --shards"


class Shards:
    """One split of a data set in shards: any example is read by itself, from the middle of a file.

    The shards are ArrayRecord files of `tensorflow_datasets`, which reads the folder as well
    (`tfds.builder_from_directory`). Beside them lies `<split>.npz` with the ids and the sizes of the images.

    Args:
        root: The local folder that `write_shards` wrote.
        split: Name of one of its splits.

    Raises:
        ValueError: `split` is none of the splits, or the number of examples is another than that of the ids.
    """

    def __init__(self, root: str, split: str):
        described = read_description(root, SHARDS)
        if split not in described.splits:
            raise ValueError(
                f"`split` must be one of {list(described.splits)} of {files.join(root, SHARDS)}. "
                f"Received: split={split!r}."
            )
        self.name, self.split, self.tasks = described.name, split, dict(described.tasks)
        stored = files.read_arrays(index_path(root, split), ["ids", "sizes", "unlabelled"], MADE_BY)
        self.ids = tuple(stored["ids"].tobytes().decode().split("\n"))
        self.unlabelled = str(stored["unlabelled"])
        self._sizes = stored["sizes"]
        self._records = _Records(root, split, len(self.ids))
        self._content = described.content + stored["ids"].tobytes() + self._sizes.tobytes()

    def __len__(self) -> int:
        """Returns the number of examples."""
        return len(self.ids)

    def __getitem__(self, index: int) -> Example:
        index = place_of(index, self)
        found = self._records.read(index, tuple(self.tasks.values()))
        return {
            "image": found["image"],
            "labels": {name: found["labels"][name] for name in self.tasks},
            "id": self.ids[index],
        }

    def only(self, task_names: Iterable[str]) -> "Shards":
        """Returns the source with these tasks only, of the same fingerprint; other labels are not decoded."""
        source = object.__new__(type(self))
        vars(source).update(vars(self))
        source.tasks = {name: self.tasks[name] for name in task_names}
        return source

    def image_size(self, index: int) -> tuple[int, int]:
        """Returns height and width of an image in pixels, from the index."""
        height, width = self._sizes[index].tolist()
        return height, width

    def fingerprint(self) -> str:
        """Returns the SHA-256 of the description, the ids, and the sizes of the images and of every shard."""
        digest = hashlib.sha256(self._content)
        digest.update(repr(files.file_sizes(self._records.paths)).encode())
        return digest.hexdigest()

    def state(self) -> str:
        return state_by_files(self, self._records.paths)


class _Records:
    """The examples as they are stored."""

    def __init__(self, root: str, split: str, count: int):
        from bmt_tf.data.tfds_features import tfds  # takes seconds

        builder = tfds.builder_from_directory(files.expanded(root))
        info = builder.info.splits[split]
        self.paths = [str(path) for path in info.filepaths]
        missing = [path for path in self.paths if not files.is_file(path)]
        if missing or info.num_examples != count:
            raise ValueError(
                f"{root} must hold the {count} examples of its index in whole shards, as {MADE_BY} wrote them. "
                f"Received: {info.num_examples} in split {split!r}, and {len(missing)} missing shards {missing[:3]}."
            )
        self._source = builder.as_data_source(split).data_source  # what is not decoded yet
        self._forms: dict[tuple[Task, ...], Any] = {}
        self._lock = threading.Lock()

    def read(self, index: int, tasks: tuple[Task, ...]) -> dict[str, Any]:
        [record] = self._source.__getitems__([index])
        return self._form(tasks).deserialize_example_np(record)

    def _form(self, tasks: tuple[Task, ...]):
        from bmt_tf.data.tfds_features import features_of

        names = tuple(task.name for task in tasks)
        with self._lock:
            if names not in self._forms:
                self._forms[names] = features_of(tasks)
            return self._forms[names]


def index_path(root: str, split: str) -> str:
    """Returns where the ids and sizes of a split lie."""
    return files.join(root, f"{split}.npz")


DATA_SET = DataSet(
    name="shards",
    form=f"a folder with a {SHARDS}",
    recognises=lambda data: files.is_file(files.join(data, SHARDS)),
    tasks=lambda data: read_description(data, SHARDS).tasks,
    splits=lambda data: read_description(data, SHARDS).splits,
    open=Shards,
    described_by=SHARDS,
    precedence=10,
)
