"""Exports a trained run to files that need nothing of this package."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from bmt_tf import _files as files
from bmt_tf.data import evenly_spread
from bmt_tf.data.resized import bilinear
from bmt_tf.export.comparison import compare
from bmt_tf.export.description import FILE, FOLDER, describe, is_exported, write_description
from bmt_tf.export.folding import folded
from bmt_tf.export.formats import FORMATS, check_formats, read_served
from bmt_tf.export.serving import Exportable
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.network import weights_digest
from bmt_tf.runs.paths import RunPaths
from bmt_tf.runs.run import Run
from bmt_tf.runs.software import versions

# What lies in the folder of an export: files by these endings, and what belongs to a SavedModel.
_ENDINGS = (".tflite", ".onnx", ".pb", FILE)
_FOLDERS = {"variables", "assets", FOLDER}


def export_saved_model(run_dir: str, output: str | None = None, **options) -> str:
    """Writes the trained network of a run as a SavedModel; the same as `export_formats` for this format alone.

    Args:
        run_dir: Directory of a training run with at least one checkpoint.
        output: Where to write; by default `saved_model` in the run directory.
        options: The other arguments of `export_formats`.

    Returns:
        The directory of the SavedModel.
    """
    return export_formats(run_dir, (RunPaths.saved_model,), output, **options)[RunPaths.saved_model]


def export_formats(
    run_dir: str,
    formats: Sequence[str],
    output: str | None = None,
    *,
    serve_size: tuple[int, int] | None = None,
    size: tuple[int, int] | None = None,
    any_size: bool = True,
    calibration_images: int = 100,
    step: int | None = None,
    images: int = 8,
    tolerance: float = 1e-3,
    data: str = "",
) -> dict[str, str]:
    """Writes the trained network of a run in formats that need nothing of this package.

    In each, `serve` predicts all tasks for uint8 images `[B, H, W, 3]`, and what bears a task's name runs its path
    alone. Each is written beside its place, compared with the checkpoint on photographs of the run's `val` split, and
    takes the place of an earlier export only if both predict, and score, the same; what has fewer bits need not.

    Args:
        run_dir: Directory of a training run with at least one checkpoint.
        formats: Names among `saved_model`, `litert`, `litert_float16`, `litert_int8`, `onnx`.
        output: Where to write the one format; or the folder of one folder per format, where there are several. By
            default the run directory, in folders of the formats' names.
        serve_size: Height and width, in pixels, to which every image is resized inside; by default that at which the
            run loads images. Where this is none either, it keeps its size; it is padded inside to a multiple of the
            encoder's output stride.
        size: Height and width, in pixels, of the images that LiteRT gets a graph for; by default those of the first
            image that the run is scored on.
        any_size: Whether LiteRT also gets a graph, a slower one, for images of any size.
        calibration_images: Images of the run's training data by which the ranges of 8-bit integers are found.
        step: Number of updates, that of the checkpoint to export; the newest whole one where none is given.
        images: Photographs to compare on, at least 1, spread over the split.
        tolerance: Largest difference between the two that counts as none, in the unit of the predictions (probability,
            metres, component of a vector); another class always counts. One in a thousand may differ by more.
        data: Where the run's data is now, if it has moved.

    Returns:
        The directory of each format, by its name.

    Raises:
        ImportError: A package that a format needs is not installed.
        OSError: `output` cannot be written, or holds something that is no earlier export.
        ValueError: An argument is out of range, or a format lacks an operator or a task's name.
        RuntimeError: An export predicts something else than the checkpoint, or has other scores; it is not kept.
    """
    check_formats(formats)
    _check_numbers({"serve_size": serve_size, "size": size}, images, calibration_images)
    run = Run.load(run_dir, TrainConfig, data)
    folders = _folders(run, formats, output)
    pictures = _calibration(run, formats, calibration_images)
    network, step = run.trained(step)
    size = tuple(size or run.scored_split("val")[0]["image"].shape[:2])
    served = Exportable(folded(network), run.tasks, run.encoder.stride, serve_size or run.settings.load_size or None)
    for name, folder in folders.items():
        about = {"format": name, "sizes": _sizes(name, size, any_size), "made_by": _origin(run, network, step)}
        with files.whole_folder(folder, "output") as unfinished:
            _export(unfinished, run, network, served, about, pictures, images, tolerance)
    return folders


def _sizes(name: str, size: tuple[int, int], any_size: bool) -> tuple[tuple[int, int] | None, ...]:
    """Returns the sizes that a format gets a graph for, None standing for any."""
    return (size, None)[: 1 + any_size] if FORMATS[name].for_sizes else (None,)


def _origin(run: Run, network: keras.Model, step: int) -> dict[str, Any]:
    weights = weights_digest(network)
    return {"encoder": run.settings.encoder, "step": step, "weights": weights, "versions": versions()}


def _export(
    folder: str,
    run: Run,
    network: keras.Model,
    exportable: Exportable,
    about: dict[str, Any],
    pictures: Sequence[np.ndarray],
    images: int,
    tolerance: float,
) -> None:
    """Writes one format into an empty folder, with a description that says how it compared."""
    format = FORMATS[about["format"]]
    inside = {"stride": exportable.stride, "serve_size": exportable.serve_size}
    shown = [bilinear(picture, about["sizes"][0]) for picture in pictures] if format.calibrated else []
    format.write(folder, exportable, about["sizes"], shown)
    served = read_served(folder, describe(run.tasks, **about, **inside))
    source = run.stored_split("val")
    indices = evenly_spread(len(source), images)
    limits = {"load_size": run.settings.load_size, "tolerance": tolerance, "exact": format.exact}
    found = compare(served, network, run.tasks, source, indices, **inside, **limits)
    compared = {"images": len(indices), "tolerance": tolerance, **found}
    about["made_by"] |= {"compared": compared, "calibration_images": len(shown) or None}
    write_description(folder, describe(run.tasks, **about, **inside))


def _check_numbers(sizes: dict[str, Any], images: int, calibration_images: int) -> None:
    for name, size in sizes.items():
        if size is not None and (len(size) != 2 or min(size) < 1):
            raise ValueError(f"`{name}` must be a height and a width in pixels. Received: {name}={size}.")
    for name, count in {"images": images, "calibration_images": calibration_images}.items():
        if count < 1:
            raise ValueError(f"`{name}` must be at least 1. Received: {name}={count}.")


def _folders(run: Run, formats: Sequence[str], output: str | None) -> dict[str, str]:
    """Returns where each format is to be written, all of them free for it."""
    if output and len(formats) == 1:
        folders = {formats[0]: output.rstrip("/")}
    else:
        folders = {name: files.join((output or run.path).rstrip("/"), name) for name in formats}
    for folder in folders.values():
        _check_place(folder)
    return folders


def _check_place(output: str) -> None:
    """Refuses to write where anything lies but an earlier export."""
    if not files.exists(output):
        return
    if not files.is_folder(output):
        raise FileExistsError(f"`output` must be a new directory or an earlier export. Received: the file {output}.")
    found = set(files.file_names(output))
    others = [name for name in found if name not in _FOLDERS and not name.endswith(_ENDINGS)]
    if found and (others or not is_exported(output)):
        raise FileExistsError(
            f"`output` must be a new directory or an earlier export, which it replaces. Received: {output} with "
            f"{sorted(found)}."
        )


def _calibration(run: Run, formats: Sequence[str], count: int) -> list[np.ndarray]:
    """Returns the images that 8-bit integers are calibrated on, spread over the training images."""
    if not any(FORMATS[name].calibrated for name in formats):
        return []
    indices = run.training_images
    if len(indices) < count:
        raise ValueError(
            f"`calibration_images` must be at most the number of images that the run was trained on, {len(indices)}. "
            f"Received: calibration_images={count}."
        )
    source = run.split("train") if not run.resized_inside else run.stored_split("train")
    return [source[int(indices[place])]["image"] for place in evenly_spread(len(indices), count)]
