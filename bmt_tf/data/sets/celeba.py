"""CelebA: forty attributes of faces, as forty tasks and as one.

| what | where, below the folder |
| --- | --- |
| attributes | Anno/list_attr_celeba.txt, or beside the images: a count, forty names; name and forty times -1 or 1 |
| splits | Eval/list_eval_partition.txt, or beside the images: a name and 0 (train), 1 (val) or 2 (test) |
| images | Img/img_align_celeba, else Img/img_align_celeba_png, else Img/img_celeba; the folder `Img` may be left out |

Names in the lists end in .jpg; the images may be .png.

Source: BMN, section 4.3: 160,000 images to train on, 20,000 to choose by and 20,000 to test on, by the lists 162,770,
19,867 and 19,962. Which images its authors used, aligned or not, is not said.
"""

from collections.abc import Mapping

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.label_table import LabelTable
from bmt_tf.data.pixels import IMAGE_SUFFIXES
from bmt_tf.data.sets.folder import by_id, unused_in
from bmt_tf.data.sets.own_settings import settings_content, with_own_settings
from bmt_tf.tasks import Task, attribute_task, get_task

ATTRIBUTES = get_task("attributes").classes
SPLITS = ("train", "val", "test")  # 0, 1 and 2 in the list
ANNOTATIONS, PARTITION = "list_attr_celeba.txt", "list_eval_partition.txt"
_IMAGES = ("img_align_celeba", "img_align_celeba_png", "img_celeba")
_CELLS = frozenset({"-1", "1"})
_SHOWN = 5  # names in a message


class CelebA(FileSource):
    """One split of CelebA with one task per attribute, and the task `attributes` of all of them.

    Args:
        root: The folder, local or remote.
        split: `"train"`, `"val"` or `"test"`.

    Raises:
        FileNotFoundError: A list or the folder of images is missing.
        ValueError: `split` is none of these, or a list is not as described, or has other images than the other list.
    """

    def __init__(self, root: str, split: str):
        if split not in SPLITS:
            raise ValueError(f"`split` of CelebA must be one of {', '.join(SPLITS)}. Received: split={split!r}.")
        lists = [_found(root, folder, name) for folder, name in (("Anno", ANNOTATIONS), ("Eval", PARTITION))]
        contents = [files.read_bytes(path) for path in lists]
        names, values = _annotations(contents[0], lists[0])
        parts = _partition(contents[1], lists[1])
        _refuse_other_names(names, parts, *lists)
        chosen = [row for row, name in enumerate(names) if parts[name] == SPLITS.index(split)]
        ids = [_stem(names[row]) for row in chosen]
        table = LabelTable(lists[0], ATTRIBUTES, ids, values[chosen])
        folder = _image_folder(root)
        images = by_id(folder, IMAGE_SUFFIXES)
        tasks = with_own_settings(root, celeba_tasks())
        super().__init__(
            name="celeba",
            split=split,
            tasks=tasks,
            encodings={name: table.reader(task.classes) for name, task in tasks.items()},
            # An image that is not there is kept, so that `check_data` can list all of them.
            image_paths={id_: images.get(id_, files.join(folder, f"{id_}.jpg")) for id_ in ids},
            label_paths=dict.fromkeys(tasks, table.paths()),
            description=b"\n".join(contents) + settings_content(root),
        )
        listed = {_stem(name) for name in names}
        self._folder, self._unlisted = folder, [images[id_] for id_ in images if id_ not in listed]

    def unused_files(self) -> list[tuple[str, str]]:
        """Returns the images that are in no list, and what else lies among them; files of the system are left out."""
        rule = f"an image must have a row in {ANNOTATIONS} to be used. Received: none."
        found = [(path, rule) for path in self._unlisted]
        return found + unused_in(self._folder, IMAGE_SUFFIXES, "a photograph") if self.split == SPLITS[0] else []


def celeba_tasks() -> dict[str, Task]:
    """Returns the task `attributes` of all forty, and a task for each of them, by name."""
    return {task.name: task for task in (get_task("attributes"), *map(attribute_task, ATTRIBUTES))}


def _found(root: str, folder: str, name: str) -> str:
    """Returns the path of a list in the folder of its kind, or beside the images, as some copies have it."""
    for path in (files.join(root, folder, name), files.join(root, name)):
        if files.is_file(path):
            return path
    raise FileNotFoundError(f"CelebA must have the file {folder}/{name}, or {name}. Received: neither in {root}.")


def _image_folder(root: str) -> str:
    places = [files.join(root, *above, name) for name in _IMAGES for above in (("Img",), ())]
    for place in places:
        if files.is_folder(place):
            return place
    raise FileNotFoundError(
        f"CelebA must have its images in Img/ or beside it, in {', '.join(_IMAGES)}. Received: none in {root}."
    )


def _annotations(content: bytes, path: str) -> tuple[list[str], np.ndarray]:
    """Returns the names of images, and uint8 `[N, 40]` of 0 and 1."""
    lines = [line for line in _text(content, path).splitlines() if line.strip()]
    if len(lines) < 2 or tuple(lines[1].split()) != ATTRIBUTES:
        received = lines[1].split()[:_SHOWN] if len(lines) > 1 else "no such line"
        raise ValueError(
            f"{path}: the second line must hold the {len(ATTRIBUTES)} attributes, {ATTRIBUTES[0]} to "
            f"{ATTRIBUTES[-1]}. Received: {received}, ..."
        )
    if lines[0].strip() != str(len(lines) - 2):
        raise ValueError(
            f"{path}: the first line must be the number of images, {len(lines) - 2}. Received: {lines[0].strip()!r}."
        )
    names, values = [], np.empty([len(lines) - 2, len(ATTRIBUTES)], np.uint8)
    for row, line in enumerate(lines[2:]):
        name, *cells = line.split()
        if len(cells) != len(ATTRIBUTES) or not _CELLS.issuperset(cells):
            raise ValueError(
                f"{path}: line {row + 3} must be the name of an image and {len(ATTRIBUTES)} times -1 or 1. "
                f"Received: {line[:60]!r}."
            )
        names.append(name)
        values[row] = [cell == "1" for cell in cells]
    return names, values


def _partition(content: bytes, path: str) -> dict[str, int]:
    """Returns the number of the split by the name of the image."""
    found: dict[str, int] = {}
    for number, line in enumerate(_text(content, path).splitlines(), start=1):
        name, *rest = line.split() or [""]
        if name and (len(rest) != 1 or rest[0] not in ("0", "1", "2") or name in found):
            raise ValueError(
                f"{path}: line {number} must be the name of an image, which no other line has, and 0, 1 or 2. "
                f"Received: {line[:60]!r}."
            )
        if name:
            found[name] = int(rest[0])
    return found


def _splits_there(root: str) -> tuple[str, ...]:
    """Returns the splits that have images in the list, or all where there is no list, as it is refused elsewhere."""
    try:
        path = _found(root, "Eval", PARTITION)
    except FileNotFoundError:
        return SPLITS
    numbers = {line.split()[-1] for line in _text(files.read_bytes(path), path).splitlines() if line.strip()}
    return tuple(split for number, split in enumerate(SPLITS) if str(number) in numbers) or SPLITS


def _refuse_other_names(names: list[str], parts: Mapping[str, int], annotations: str, partition: str) -> None:
    for ours, theirs, path, other in (
        (names, parts.keys(), annotations, partition),
        (list(parts), set(names), partition, annotations),
    ):
        unknown = [name for name in ours if name not in theirs]
        if unknown:
            raise ValueError(
                f"{path}: the list must have the images of {other}. Received: {len(unknown)} others, such as "
                f"{unknown[:_SHOWN]}."
            )
    if len(set(names)) < len(names):
        raise ValueError(f"{annotations}: the list must have each image once. Received: one of them more often.")


def _text(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: the list must be UTF-8 text. Received: {error}.") from None


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


DATA_SET = DataSet(
    name="celeba",
    form=f"a CelebA folder with Anno/{ANNOTATIONS}",
    recognises=lambda data: any(
        files.is_file(path) for path in (files.join(data, "Anno", ANNOTATIONS), files.join(data, ANNOTATIONS))
    ),
    tasks=lambda data: with_own_settings(data, celeba_tasks()),
    splits=_splits_there,
    open=CelebA,
)
