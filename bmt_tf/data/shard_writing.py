"""Any source in few large files: ArrayRecord shards, written by `tensorflow_datasets`."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from bmt_tf import _files as files
from bmt_tf._progress_bar import progress_bar
from bmt_tf.data.sets.shards import SHARDS, index_path
from bmt_tf.data.source import Example, Source, check_example
from bmt_tf.data.splitting import evenly_spread
from bmt_tf.data.writing import described

_BETWEEN = "\n"  # ids in the index; no id has it


def write_shards(sources: Mapping[str, Source], root: str | os.PathLike, images: int | None = None) -> str:
    """Writes a data set as shards that `open_data` reads: its images, labels and ids, unchanged and in their order.

    A training on the shards sees the same batches as one on what they were written from. Written are ArrayRecord files,
    from which any example is read by itself, as each epoch has an order of its own. The folder appears when it is
    whole, in place of an earlier one. As in `write_folder`, a loss, measure or head of one's own is not written.

    Args:
        sources: Split name -> source; all with the same tasks.
        root: A local folder, made if need be.
        images: How many images of each split to write, evenly spread over it; all by default.

    Returns:
        The folder's path.

    Raises:
        ValueError: An argument is out of range, the splits differ in tasks, or an id is no line of text.
        FileExistsError: There is something else in the folder than shards.
    """
    description = described(sources, images)
    root = os.fspath(root)
    if files.is_remote(root):
        raise ValueError(f"`root` must be a local folder, as shards are read from the middle. Received: {root!r}.")
    if files.file_names(root) and not files.is_file(files.join(root, SHARDS)):
        raise FileExistsError(f"`root` must be a new folder, or one of shards. Received: {root}, which holds others.")
    with files.whole_folder(root, "root") as folder:
        chosen = {split: _Chosen(source, images) for split, source in sources.items()}
        _prepare(chosen, folder)
        for split, one in chosen.items():
            one.write_index(index_path(folder, split))
        files.write_json(files.join(folder, SHARDS), description)
    return root


class _Chosen:
    """The examples of a split that are written; what the index says of them is noted as they pass."""

    def __init__(self, source: Source, images: int | None):
        self._source = source
        self._indices = evenly_spread(len(source), len(source) if images is None else images).tolist()
        self._ids = [source.ids[index] for index in self._indices]
        self._sizes: list[tuple[int, int]] = []
        odd = [id_ for id_ in self._ids if _BETWEEN in id_]
        if odd:
            raise ValueError(f"`sources` must have ids of one line each. Received: {odd[:3]} in {source.name!r}.")

    def examples(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yields number and example of each."""
        bar = progress_bar(self._indices, desc=f"write {self._source.split}", leave=False, unit="image")
        for place, index in enumerate(bar):
            example: Example = self._source[index]
            check_example(example, self._source.tasks.values())
            self._sizes.append(example["image"].shape[:2])
            labels = {name: example["labels"][name] for name in self._source.tasks}
            yield place, {"image": example["image"], "labels": labels, "id": example["id"]}

    def write_index(self, path: str) -> None:
        """Writes the ids, the sizes of the images, and why nothing can be scored on them, where that is so."""
        ids = np.frombuffer(_BETWEEN.join(self._ids).encode(), np.uint8)
        unlabelled = np.array(getattr(self._source, "unlabelled", ""))
        files.write_arrays(path, ids=ids, sizes=np.array(self._sizes, np.int32), unlabelled=unlabelled)


def _prepare(chosen: Mapping[str, _Chosen], folder: str) -> None:
    """Lets `tensorflow_datasets` write the examples, and puts its files into the folder itself."""
    from bmt_tf.data.tfds_builder import shards_builder
    from bmt_tf.data.tfds_features import tfds

    tasks = next(iter(chosen.values()))._source.tasks.values()
    scratch = files.join(folder, "scratch")
    builder = shards_builder({split: one.examples for split, one in chosen.items()}, tuple(tasks), scratch)
    # Hidden: our own bar says how far it is.
    tfds.disable_progress_bar()
    builder.download_and_prepare()
    written = str(builder.data_path)
    for name in files.file_names(written):
        files.rename(files.join(written, name), files.join(folder, name))
    files.remove(scratch)
