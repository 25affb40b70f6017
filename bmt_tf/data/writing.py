"""Any source as a data folder: `dataset.json`, `<split>/image/*` and `<split>/<task>/*`."""

import dataclasses
import io
import json
import os
import pathlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import tqdm
from PIL import Image

from bmt_tf.data.source import Example, Source, check_example
from bmt_tf.tasks import EdgeScoring, Task, WeightedSigmoidCrossEntropy
from bmt_tf.tasks.kinds import KINDS

IMAGE_FORMATS = {"png": {}, "jpeg": {"quality": 95, "subsampling": 0}}
METRES_PER_STEP = 0.001  # of depth in a 16-bit PNG
_MOST_STEPS = 2**16 - 1
_NORMAL_ZERO, _NORMAL_SCALE = 128, 125  # of 8-bit normals, as `label_files` reads them
_THREADS = 4


def write_folder(
    sources: Mapping[str, Source], root: str | pathlib.Path, images: int | None = None, image_format: str = "png"
) -> str:
    """Writes a data set as a folder that `Folder` reads, each file whole or not at all.

    What is read back equals what was written, with these exceptions: images in the format `jpeg`; depth, which is
    rounded to millimetres where a 16-bit PNG can hold it (otherwise a `.npy` file holds it unchanged); normals, which
    are rounded to 1/125 per component, at most 0.4 degrees. A label that is all ignored gets no file. A loss, measure
    or head of one's own is not written: `Folder` gives a task the usual ones, or those registered for its name.

    Writing a folder again replaces its files, so that an interrupted call can be repeated.

    Args:
        sources: Split name -> source; all with the same tasks.
        root: A local folder, made if need be.
        images: How many images of each split to write, evenly spread over it; all by default.
        image_format: `png` or `jpeg`.

    Returns:
        The folder's path.

    Raises:
        ValueError: An argument is out of range, the splits differ in tasks, or two ids give one file name.
        FileExistsError: The folder has a `dataset.json` that says something else.
    """
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
    root = pathlib.Path(root)
    _write_description(root / "dataset.json", _description(first, tuple(sources), image_format))
    for split, source in sources.items():
        _write_split(source, root / split, images, image_format)
    return str(root)


def label_bytes(label: np.ndarray, task: Task) -> tuple[str, bytes] | None:
    """Returns the file of a label as `read_label` reads it with the settings that `write_folder` notes.

    Args:
        label: The label of one image, in the form of the task's kind.
        task: The task.

    Returns:
        Suffix (`.png` or `.npy`) and content; None where every element is ignored.

    Raises:
        ValueError: The kind is none of `KINDS`, or the label holds what no file can.
    """
    if KINDS.get(task.kind.name) != task.kind:
        raise ValueError(f"`task` must be of one of the kinds {', '.join(KINDS)}. Received: {task.kind}.")
    ignored = np.isnan(label) if np.isnan(task.kind.ignore) else label == task.kind.ignore
    if ignored.all():
        return None
    return _ENCODERS[task.kind.name](label, ignored)


def _classes(label: np.ndarray, ignored: np.ndarray) -> tuple[str, bytes]:
    return _png(label[..., 0])


def _saliency(label: np.ndarray, ignored: np.ndarray) -> tuple[str, bytes]:
    return _png(np.where(ignored, 128, label * 255)[..., 0].astype(np.uint8))


def _edge(label: np.ndarray, ignored: np.ndarray) -> tuple[str, bytes]:
    if ignored.any():
        raise ValueError(
            f"`label` of an edge task must be labelled everywhere or nowhere, as no file can hold it otherwise. "
            f"Received: {int(ignored.sum())} of {ignored.size} pixels ignored."
        )
    return _png(label[..., 0] * np.uint8(255))


def _depth(label: np.ndarray, ignored: np.ndarray) -> tuple[str, bytes]:
    steps = np.where(ignored, 0, np.round(label / METRES_PER_STEP))
    if ((steps < 1) & ~ignored).any() or steps.max() > _MOST_STEPS:
        return _npy(label)
    return _png(steps[..., 0].astype(np.uint16))


def _normals(label: np.ndarray, ignored: np.ndarray) -> tuple[str, bytes]:
    return _png(np.where(ignored, _NORMAL_ZERO, np.round(label * _NORMAL_SCALE) + _NORMAL_ZERO).astype(np.uint8))


def _vector(label: np.ndarray, ignored: np.ndarray) -> tuple[str, bytes]:
    return _npy(label)


_ENCODERS = {
    "segmentation": _classes,
    "saliency": _saliency,
    "edge": _edge,
    "depth": _depth,
    "normals": _normals,
    "scene": _vector,
    "attributes": _vector,
}


def _png(array: np.ndarray) -> tuple[str, bytes]:
    return ".png", _image_bytes(array, "png")


def _image_bytes(array: np.ndarray, image_format: str) -> bytes:
    content = io.BytesIO()
    Image.fromarray(array).save(content, image_format, **IMAGE_FORMATS[image_format])
    return content.getvalue()


def _npy(array: np.ndarray) -> tuple[str, bytes]:
    content = io.BytesIO()
    np.save(content, array)
    return ".npy", content.getvalue()


def _description(source: Source, splits: tuple[str, ...], image_format: str) -> dict[str, Any]:
    return {
        "version": 1,
        "name": source.name,
        "image": {"folder": "image", "format": image_format},
        "splits": list(splits),
        "tasks": {name: _settings(task) for name, task in source.tasks.items()},
    }


def _settings(task: Task) -> dict[str, Any]:
    settings: dict[str, Any] = {"kind": task.kind.name, "weight": task.weight}
    settings |= {"classes": list(task.classes)} if task.classes else {"channels": task.channels}
    settings |= {"colours": [list(colour) for colour in task.colours]} if task.colours else {}
    if task.kind.name == "depth":
        settings["metres_per_step"] = METRES_PER_STEP
    if isinstance(task.loss, WeightedSigmoidCrossEntropy):
        settings["positive_weight"] = task.loss.positive
    if isinstance(task.measure, EdgeScoring):
        scoring = dataclasses.asdict(task.measure)
        settings |= {name: scoring[name] for name in ("max_distance", "thin_labels")}
    return settings


def _write_description(path: pathlib.Path, content: dict[str, Any]) -> None:
    if path.exists():
        try:
            same = json.loads(path.read_bytes()) == content
        except ValueError:
            same = False
        if not same:
            raise FileExistsError(
                f"`root` must be a new folder, or one written before from the same data. Received: {path.parent}, "
                f"whose {path.name} says something else."
            )
    _write(path, (json.dumps(content, indent=1) + "\n").encode())


def _write_split(source: Source, folder: pathlib.Path, images: int | None, image_format: str) -> None:
    count = len(source) if images is None else min(images, len(source))
    indices = np.unique(np.linspace(0, len(source) - 1, count).round().astype(int)).tolist()
    names = {index: source.ids[index].replace("/", "_") for index in indices}
    if len(set(names.values())) < len(names):
        raise ValueError(f"`sources` must have ids that differ as file names. Received: equal ones in {source.name!r}.")

    def write(index: int) -> None:
        _write_example(source[index], source, folder, names[index], image_format)

    with ThreadPoolExecutor(_THREADS) as pool:
        bar = tqdm.tqdm(pool.map(write, indices), f"write {folder.name}", len(indices), leave=False, unit="image")
        for _ in bar:
            pass


def _write_example(example: Example, source: Source, folder: pathlib.Path, name: str, image_format: str) -> None:
    check_example(example, source.tasks.values())
    suffix = ".jpg" if image_format == "jpeg" else ".png"
    _write(folder / "image" / f"{name}{suffix}", _image_bytes(example["image"], image_format))
    for task in source.tasks.values():
        try:
            written = label_bytes(example["labels"][task.name], task)
        except ValueError as error:
            raise ValueError(f"`labels` of example {example['id']!r}, task {task.name!r}: {error}") from error
        for other in (".png", ".npy"):
            if written is None or other != written[0]:  # of an earlier call; two files for one label are refused
                (folder / task.name / f"{name}{other}").unlink(missing_ok=True)
        if written is not None:
            _write(folder / task.name / f"{name}{written[0]}", written[1])


def _write(path: pathlib.Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
