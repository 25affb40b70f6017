"""Any source as a data folder: `dataset.json`, `<split>/image/*` and `<split>/<task>/*`."""

import functools
import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from bmt_tf import _files as files
from bmt_tf._discovery import values_in
from bmt_tf._progress_bar import progress_bar
from bmt_tf.data import layouts
from bmt_tf.data.description import DESCRIPTION, IMAGE_FOLDER
from bmt_tf.data.labels.label_files import format_of, label_bytes
from bmt_tf.data.layouts.layout import Layout, Slot
from bmt_tf.data.pixels import IMAGE_FORMATS, image_bytes
from bmt_tf.data.source import Example, Source, check_example, with_only
from bmt_tf.data.splitting import evenly_spread
from bmt_tf.tasks import Task
from bmt_tf.tasks.data_settings import data_settings_of

_THREADS = 4


def write_folder(
    sources: Mapping[str, Source], root: str | os.PathLike, images: int | None = None, image_format: str = "png"
) -> str:
    """Writes a data set as a folder that `Folder` reads, each file whole or not at all.

    What is read back equals what was written, with these exceptions: images in the format `jpeg`; depth, which is
    rounded to millimetres where a 16-bit PNG can hold it (otherwise a `.npy` file holds it unchanged); normals, which
    are rounded to 1/125 per component, at most 0.4 degrees. A label that is all ignored gets no file. A loss, measure
    or head of one's own is not written: `Folder` gives a task the usual ones, or those registered for its name.

    Writing a folder again replaces its files, so that an interrupted call can be repeated.

    Args:
        sources: Split name -> source; all with the same tasks.
        root: A local or remote folder, made if need be.
        images: How many images of each split to write, evenly spread over it; all by default.
        image_format: `png` or `jpeg`.

    Returns:
        The folder's path.

    Raises:
        ValueError: An argument is out of range, the splits differ in tasks, or two ids give one file name.
        FileExistsError: The folder has a `dataset.json` that says something else.
    """
    content, root = described(sources, images, image_format), os.fspath(root)
    _write_description(root, content)
    for split, source in sources.items():
        _write_split(source, split, root, images, image_format)
    return root


def layout_names() -> tuple[str, ...]:
    """Returns the names of the data sets in whose own layout others can be written."""
    return tuple(layout.name for layout in values_in(layouts, "LAYOUT"))


def write_layout(sources: Mapping[str, Source], root: str | os.PathLike, layout: str, images: int | None = None) -> str:
    """Writes a data set in the layout and the encodings in which another one is distributed, as a miniature of it.

    The tasks that the layout has files for are written. Classes become those of the same name, or the nearest ones;
    what has none is not labelled.

    Args:
        sources: Split name -> source.
        root: A local or remote folder, made if need be.
        layout: One of `layout_names()`.
        images: How many images of each split to write, evenly spread over it; all by default.

    Returns:
        The folder's path.

    Raises:
        ValueError: An argument is out of range.
    """
    known = {one.name: one for one in values_in(layouts, "LAYOUT")}
    if not sources or (images is not None and images < 1) or layout not in known:
        raise ValueError(
            f"`sources` must not be empty, `images` be at least 1, and `layout` be one of {', '.join(known)}. "
            f"Received: {len(sources)} sources, images={images}, layout={layout!r}."
        )
    root, form = os.fspath(root), known[layout]
    if not set(sources) <= set(form.splits):
        raise ValueError(
            f"`sources` must be splits of the layout {layout!r}, {', '.join(form.splits)}. Received: {list(sources)}."
        )
    slots: dict[Slot, dict[str, np.ndarray]] = {}
    for split, source in sources.items():
        shown = with_only(source, [name for name in form.tasks if name in source.tasks])
        of_index = {
            index: Slot(split, name, number) for number, (index, name) in enumerate(_names(shown, images).items())
        }
        slots |= {slot: {} for slot in of_index.values()}
        _in_threads(functools.partial(_fill_slots, form, root, shown, of_index, slots), list(of_index), split)
    for path, content in form.lists(slots).items():
        files.write_bytes(files.join(root, path), content)
    return root


def _fill_slots(form: Layout, root: str, source: Source, of_index: Mapping[int, Slot], slots: dict, index: int) -> None:
    """Writes the files of one image, and notes its labels per image in `slots`."""
    example, slot = source[index], of_index[index]
    for path, content in form.files(example, source.tasks, slot).items():
        files.write_bytes(files.join(root, path), content)
    slots[slot] = {name: label for name, label in example["labels"].items() if not source.tasks[name].kind.dense}


def described(sources: Mapping[str, Source], images: int | None, image_format: str = "png") -> dict[str, Any]:
    """Returns what a `dataset.json` says of sources that are written; wrong ones, and wrong settings, are refused."""
    if not sources or (images is not None and images < 1) or image_format not in IMAGE_FORMATS:
        raise ValueError(
            f"`sources` must not be empty, `images` be at least 1, and `image_format` be one of "
            f"{', '.join(IMAGE_FORMATS)}. Received: {len(sources)} sources, images={images}, "
            f"image_format={image_format!r}."
        )
    first = next(iter(sources.values()))
    for split, source in sources.items():
        if dict(source.tasks) != dict(first.tasks):
            raise ValueError(
                f"`sources` must have the same tasks in every split. Received: {list(source.tasks)} in {split!r}, "
                f"{list(first.tasks)} in {next(iter(sources))!r}, or other settings of these."
            )
    return {
        "version": 1,
        "name": first.name,
        "image": {"folder": IMAGE_FOLDER, "format": image_format},
        "splits": list(sources),
        "tasks": {name: _settings(task) for name, task in first.tasks.items()},
    }


def _settings(task: Task) -> dict[str, Any]:
    settings: dict[str, Any] = {"kind": task.kind.name, "weight": task.weight}
    settings |= {"classes": list(task.classes)} if task.classes else {"channels": task.channels}
    settings |= {"colours": [list(colour) for colour in task.colours]} if task.colours else {}
    return settings | dict(format_of(task.kind).notes) | data_settings_of(task)


def _write_description(root: str, content: dict[str, Any]) -> None:
    path = files.join(root, DESCRIPTION)
    if files.exists(path):
        try:
            same = json.loads(files.read_bytes(path)) == content
        except ValueError:
            same = False
        if not same:
            raise FileExistsError(
                f"`root` must be a new folder, or one written before from the same data. Received: {root}, "
                f"whose {DESCRIPTION} says something else."
            )
    files.write_json(path, content)


def _write_split(source: Source, split: str, root: str, images: int | None, image_format: str) -> None:
    names = _names(source, images)
    folder = files.join(root, split)

    def write(index: int) -> None:
        _write_example(source[index], source, folder, names[index], image_format)

    _in_threads(write, list(names), split)


def _names(source: Source, images: int | None) -> dict[int, str]:
    """Returns the number of each image that is written, and the name of its files."""
    indices = evenly_spread(len(source), len(source) if images is None else images).tolist()
    names = {index: source.ids[index].replace("/", "_") for index in indices}
    if len(set(names.values())) < len(names):
        raise ValueError(f"`sources` must have ids that differ as file names. Received: equal ones in {source.name!r}.")
    return names


def _in_threads(write: Callable[[int], None], indices: list[int], split: str) -> None:
    with ThreadPoolExecutor(_THREADS) as pool:
        written = pool.map(write, indices)
        bar = progress_bar(written, desc=f"write {split}", total=len(indices), leave=False, unit="image")
        for _ in bar:
            pass


def _write_example(example: Example, source: Source, folder: str, name: str, image_format: str) -> None:
    check_example(example, source.tasks.values())
    suffix = ".jpg" if image_format == "jpeg" else ".png"
    image = image_bytes(example["image"], image_format)
    files.write_bytes(files.join(folder, IMAGE_FOLDER, f"{name}{suffix}"), image)
    for task in source.tasks.values():
        try:
            written = label_bytes(example["labels"][task.name], task)
        except ValueError as error:
            raise ValueError(f"`labels` of example {example['id']!r}, task {task.name!r}: {error}") from error
        for other in (".png", ".npy"):
            if written is None or other != written[0]:  # of an earlier call; two files for one label are refused
                files.remove(files.join(folder, task.name, f"{name}{other}"))
        if written is not None:
            files.write_bytes(files.join(folder, task.name, f"{name}{written[0]}"), written[1])
