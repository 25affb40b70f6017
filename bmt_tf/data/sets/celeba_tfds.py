"""CelebA as TensorFlow Datasets has prepared it: `tfds:celeb_a`.

Attributes and images are those of the data set; its lists and the names of its files are not kept there, so that images
are numbered in the order in which they are stored. Where it lies is said, as to TensorFlow Datasets itself, by the
environment variable `TFDS_DATA_DIR`; otherwise it is `tensorflow_datasets` in the home folder.
"""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.sets.celeba import ATTRIBUTES, SPLITS, celeba_tasks
from bmt_tf.data.source import Example, state_by_files

TEXT = "tfds:celeb_a"
_FOLDER = "celeb_a"
_PREPARE = "import tensorflow_datasets as tfds; tfds.builder('celeb_a').download_and_prepare()"
_INFO = "dataset_info.json"
_STORED_SPLITS = dict(zip(SPLITS, ("train", "validation", "test"), strict=True))
_WHERE, _USUAL_PLACE = "TFDS_DATA_DIR", "~/tensorflow_datasets"
# A TFRecord: the length of the record in 8 bytes, 4 to check it, the record, 4 to check that.
_HEAD, _LENGTH, _TAIL = 12, 8, 4


class PreparedCelebA:
    """One split of CelebA as it was prepared, in records of either kind: TFRecord or ArrayRecord.

    Args:
        split: `"train"`, `"val"` or `"test"`.

    Raises:
        FileNotFoundError: It has not been prepared, or not this split.
        ValueError: `split` is none of these, or another data set was prepared under this name, or in another form.
    """

    name = "celeb_a"

    def __init__(self, split: str):
        if split not in SPLITS:
            raise ValueError(f"`split` of CelebA must be one of {', '.join(SPLITS)}. Received: split={split!r}.")
        import tensorflow_datasets as tfds

        folder = _prepared_folder()
        builder = tfds.builder_from_directory(folder)
        features = builder.info.features
        attributes = set(features["attributes"]) if {"attributes", "image"} <= set(features) else set()
        if attributes != set(ATTRIBUTES):
            raise ValueError(
                f"{folder}: the data set must have an image and the {len(ATTRIBUTES)} attributes of CelebA. "
                f"Received: {sorted(features)}."
            )
        stored = _STORED_SPLITS[split]
        if stored not in builder.info.splits or not builder.info.splits[stored].num_examples:
            raise FileNotFoundError(
                f"{folder}: the data set must have the split {stored!r}. Received: {list(builder.info.splits)}."
            )
        self.split, self.tasks = split, celeba_tasks()
        self._folder = folder
        self._features, self._image_encoded = features, {"image": tfds.decode.SkipDecoding()}
        self._paths = [str(path) for path in builder.info.splits[stored].filepaths]
        self._records = _records(builder, stored)
        self.ids = tuple(f"{split}_{number:06d}" for number in range(len(self._records)))

    def __len__(self) -> int:
        """Returns the number of images."""
        return len(self.ids)

    def __getitem__(self, index: int) -> Example:
        encoded = self._records[range(len(self))[index]]
        record = self._features.deserialize_example_np(encoded, decoders=self._image_encoded)
        values = np.array([record["attributes"][name] for name in ATTRIBUTES], np.uint8)
        places = {
            name: [ATTRIBUTES.index(attribute) for attribute in task.classes] for name, task in self.tasks.items()
        }
        labels = {name: values[place] for name, place in places.items()}
        return {"image": _rgb(record["image"]), "labels": labels, "id": self.ids[index]}

    def only(self, task_names: Iterable[str]) -> Self:
        """Returns the source with these tasks only."""
        source = object.__new__(type(self))
        source.__dict__.update(self.__dict__, tasks={name: self.tasks[name] for name in task_names})
        return source

    def fingerprint(self) -> str:
        """Returns the SHA-256 of what was noted of the data set when it was prepared: counts, sizes, checksums."""
        content = files.read_bytes(files.join(self._folder, _INFO))
        return hashlib.sha256(self.split.encode() + b"\n" + content).hexdigest()

    def state(self) -> str:
        return state_by_files(self, self._paths)


class _TfRecords:
    """The encoded records of a split in TFRecord files, by number: where each begins is looked up once."""

    def __init__(self, paths: Sequence[Any]):
        self._places = [(path, *place) for path in paths for place in _places_in(path)]

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> bytes:
        path, begin, length = self._places[number]
        with path.open("rb") as file:
            file.seek(begin)
            return file.read(length)


def _places_in(path: Any) -> Iterator[tuple[int, int]]:
    """Yields begin and length of each record of a TFRecord file."""
    with path.open("rb") as file:
        begin = 0
        while head := file.read(_HEAD):
            length = int.from_bytes(head[:_LENGTH], "little")
            begin += _HEAD
            yield begin, length
            begin += length + _TAIL
            file.seek(begin)


def _records(builder: Any, split: str) -> Any:
    """Returns the encoded records of a split, by number."""
    import tensorflow_datasets as tfds

    if builder.info.file_format == tfds.core.FileFormat.ARRAY_RECORD:
        as_bytes = tfds.decode.DeserializeMethod.RAW_BYTES
        return builder.as_data_source(split, deserialize_method=as_bytes)
    if builder.info.file_format != tfds.core.FileFormat.TFRECORD:
        raise ValueError(
            f"{builder.data_path}: records must be TFRecord or ArrayRecord. Received: {builder.info.file_format}."
        )
    return _TfRecords(builder.info.splits[split].filepaths)


def _prepared_folder() -> str:
    """Returns the folder of the newest version that was prepared."""
    folder = files.join(files.expanded(os.environ.get(_WHERE) or _USUAL_PLACE), _FOLDER)
    versions = [
        name
        for name in files.file_names(folder)
        if all(map(str.isdecimal, name.split("."))) and files.is_file(files.join(folder, name, _INFO))
    ]
    if not versions:
        raise FileNotFoundError(
            f"{TEXT} must have been prepared by TensorFlow Datasets, by `{_PREPARE}`, where the environment variable "
            f"{_WHERE} says or in {_USUAL_PLACE}. Received: none in {folder}."
        )
    return files.join(folder, max(versions, key=lambda name: [*map(int, name.split("."))]))


def _rgb(encoded: bytes) -> np.ndarray:
    from PIL import Image

    return np.array(Image.open(io.BytesIO(encoded)).convert("RGB"))


DATA_SET = DataSet(
    name="tfds",
    form=f"{TEXT!r} where it has been prepared",
    recognises=lambda data: data == TEXT,
    tasks=lambda data: celeba_tasks(),
    splits=lambda data: SPLITS,
    open=lambda data, split: PreparedCelebA(split),
)
