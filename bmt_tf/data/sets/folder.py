"""The user's own data: `dataset.json`, `<split>/image/*` and `<split>/<task>/*`, no code."""

import os
import unicodedata

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.description import DESCRIPTION, Description, read_description
from bmt_tf.data.file_paths import FilePaths, FilePathsBuilder
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.folder_index import listing
from bmt_tf.data.label_table import LabelTable, read_csv
from bmt_tf.data.pixels import IMAGE_SUFFIXES

LABEL_SUFFIXES = (".png", ".npy")
_SYSTEM_FILES = ("thumbs.db", "desktop.ini", "@eadir", "__macosx")  # hidden ones, such as .DS_Store, are never listed


class Folder(FileSource):
    """One split of a data folder.

    Every image is an example; its id is the file's name without suffix. Label files bear the same name in the folder
    of their task. Where there is none, the example lacks that label.

    Args:
        root: The folder with `dataset.json`, local or remote.
        split: Name of a split, a folder in it.

    Raises:
        ValueError: `split` is none of the splits, or two files bear one id.
        FileNotFoundError: The split's folder is missing or holds no image.
    """

    def __init__(self, root: str, split: str):
        description = read_description(root)
        if split not in description.splits:
            raise ValueError(
                f"`split` must be one of {list(description.splits)} of {files.join(root, DESCRIPTION)}. "
                f"Received: split={split!r}."
            )
        folder = files.join(root, split)
        images = by_id(files.join(folder, description.image_folder), IMAGE_SUFFIXES)
        if not images:
            raise FileNotFoundError(
                f"`split` must name a folder with images in {files.join(folder, description.image_folder)}. "
                f"Received: split={split!r}, no .jpg or .png there."
            )
        tables = _tables(description, folder)
        paths = {table.path for table in tables.values()}
        super().__init__(
            name=description.name,
            split=split,
            tasks=description.tasks,
            encodings=description.encodings
            | {task: table.reader(description.tasks[task].classes) for task, table in tables.items()},
            image_paths=images,
            label_paths={
                task: tables[task].paths() if task in tables else by_id(files.join(folder, task), LABEL_SUFFIXES)
                for task in description.tasks
            },
            description=b"\n".join([description.content, *map(files.read_bytes, sorted(paths))]),
            drawn_on=description.drawn_on,
        )
        self._root, self._described = root, description

    def unused_files(self) -> list[tuple[str, str]]:
        """Returns the files of the split that nothing reads, and why; those of the system are left out."""
        folder, described = files.join(self._root, self.split), self._described
        image_folder = files.join(folder, described.image_folder)
        found = unused_in(image_folder, IMAGE_SUFFIXES, "a photograph")
        for task in self.tasks:
            if "table" not in described.encodings[task]:
                found += unused_in(files.join(folder, task), LABEL_SUFFIXES, f"a label of task {task!r}")
        files_of_tasks = {described.encodings[task].get("table", task) for task in described.tasks}
        known = {described.image_folder.partition("/")[0], *files_of_tasks}
        strangers = [
            (folder, name, "a folder of a split must be that of the photographs or of a task")
            for name in files.file_names(folder)
            if name not in known
        ]
        if self.split == described.splits[0]:
            strangers += [
                (self._root, name, f"a folder of photographs must be one of `splits` in {DESCRIPTION}")
                for name in files.file_names(self._root)
                if name not in described.splits
                and files.is_folder(files.join(self._root, name, described.image_folder))
            ]
        return found + [
            (files.join(parent, name), f"{rule}, to be used. Received: {name!r}.")
            for parent, name, rule in strangers
            if name.lower() not in _SYSTEM_FILES
        ]


def _tables(description: Description, folder: str) -> dict[str, LabelTable]:
    """Returns, by task, the tables of a split from which labels are taken."""
    found = {}
    for task, settings in description.encodings.items():
        if "table" in settings:
            columns = description.tasks[task].classes
            if not columns:
                raise ValueError(
                    f"`classes` of task {task!r} must name the columns of its table {settings['table']!r} in "
                    f"{DESCRIPTION}. Received: none."
                )
            found[task] = read_csv(files.join(folder, settings["table"]), columns)
    return found


def unused_in(folder: str, suffixes: tuple[str, ...], what: str) -> list[tuple[str, str]]:
    """Returns the files in a folder that `by_id` passes over, and why; those of the system are left out."""
    return [
        (
            files.join(folder, name),
            f"{what} must be a file that ends in {', '.join(suffixes)} to be used. Received: {name!r}.",
        )
        for name in listing(folder).names
        if _suffix(name) not in suffixes and name.lower() not in _SYSTEM_FILES
    ]


def by_id(folder: str, suffixes: tuple[str, ...]) -> FilePaths:
    """Returns id (name without suffix) -> path of the files in a folder, by rising id; a missing folder holds none.

    Files whose suffix in lower case is none of `suffixes` are passed over. An id has the composed form of Unicode
    (NFC), whichever a file system wrote, so that a photograph and its label have one id.
    """
    found, paths, before = FilePathsBuilder(), {}, files.join(folder, "")
    for name, size in listing(folder).each():
        suffix = _suffix(name)
        if suffix not in suffixes:
            continue
        if not _is_text(name):
            raise ValueError(f"{folder}: the name of a file must be UTF-8. Received: {os.fsencode(name)!r}.")
        stem, behind = name[: -len(suffix)], name[-len(suffix) :]
        id_ = unicodedata.normalize("NFC", stem)
        if id_ in paths:
            raise ValueError(
                f"{folder}: an id must have one file, also where names differ in Unicode form only. "
                f"Received: {before + paths[id_]!a} and {name!a}."
            )
        paths[id_] = name
        found.add(id_, *((before, 0, behind) if id_ == stem else (before + name, len(id_), "")), size)
    return found.done()


def _suffix(name: str) -> str:
    return name[name.rfind(".") :].lower() if "." in name else ""


def _is_text(name: str) -> bool:
    # Python stands in lone surrogates for bytes of a name that are no UTF-8.
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


DATA_SET = DataSet(
    name="folder",
    form=f"a folder with a {DESCRIPTION}",
    recognises=lambda data: files.is_file(files.join(data, DESCRIPTION)),
    tasks=lambda data: read_description(data).tasks,
    splits=lambda data: read_description(data).splits,
    open=Folder,
    described_by=DESCRIPTION,
    precedence=10,
)
