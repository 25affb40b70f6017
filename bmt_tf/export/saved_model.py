"""Exports a trained run as a SavedModel that needs nothing of this package."""

import os
from collections.abc import Sequence

import keras

from bmt_tf import _files as files
from bmt_tf.data import evenly_spread
from bmt_tf.export.comparison import compare
from bmt_tf.export.description import FILE, FOLDER, describe, write_description
from bmt_tf.export.folding import folded
from bmt_tf.export.serving import INPUT, serving_function, single_task_model
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.run import Run
from bmt_tf.runs.software import versions
from bmt_tf.tasks import Task

# Names that the endpoint of a task cannot have, because the SavedModel has them itself.
RESERVED = ("serve", "serving_default", "signatures", "variables", "trainable_variables", "non_trainable_variables")
_PARTS = {"saved_model.pb", "fingerprint.pb", "variables", "assets", FOLDER}


def export_saved_model(
    run_dir: str,
    output: str | None = None,
    *,
    serve_size: tuple[int, int] | None = None,
    step: int | None = None,
    images: int = 8,
    tolerance: float = 1e-3,
    data: str = "",
) -> str:
    """Writes the trained network of a run as a SavedModel that needs nothing of this package.

    The endpoint `serve`, which is also `serving_default`, predicts all tasks for uint8 images `[B, H, W, 3]` of any
    size; the endpoint of a task's name runs that task's path alone. Outputs bear the tasks' names and have the size of
    the input. Batch norms are folded into the convolutions before them. The model is written beside its place, compared
    with the checkpoint on photographs of the run's `val` split, and moved there only if both predict, and score, the
    same; an earlier export then makes room.

    Args:
        run_dir: Directory of a training run with at least one checkpoint.
        output: Where to write; by default `saved_model` in the run directory.
        serve_size: Height and width, in pixels, to which every image is resized inside; by default that at which the
            run loads images. Where this is none either, it keeps its size; it is padded inside to a multiple of the
            encoder's output stride.
        step: Number of updates, that of the checkpoint to export; the newest whole one where none is given.
        images: Photographs to compare on, at least 1, spread over the split.
        tolerance: Largest difference between the two that counts as none, in the unit of the predictions (probability,
            metres, component of a vector); another class always counts. One element in a thousand may differ by more.
        data: Where the run's data is now, if it has moved.

    Returns:
        The directory of the SavedModel.

    Raises:
        OSError: `output` cannot be written, or holds something that is no earlier export.
        ValueError: An argument is out of range, or a task's name cannot be that of an endpoint.
        RuntimeError: The SavedModel predicts something else than the checkpoint, or has other scores; it is not kept.
    """
    _check(serve_size, images)
    run = Run.load(run_dir, TrainConfig, data)
    output = (output or run.paths.saved_model).rstrip("/")
    _check_place(output)
    with files.whole_folder(output, "output") as unfinished:
        network, step = run.trained(step)
        source, load_size = run.stored_split("val"), run.settings.load_size
        inside = {"stride": run.encoder.stride, "serve_size": serve_size or load_size or None}
        write_saved_model(unfinished, folded(network), run.tasks, **inside)
        indices = evenly_spread(len(source), images)
        found = compare(
            unfinished, network, run.tasks, source, indices, tolerance=tolerance, load_size=load_size, **inside
        )
        compared = {"images": len(indices), "tolerance": tolerance, **found}
        made_by = {"encoder": run.settings.encoder, "step": step, "compared": compared, "versions": versions()}
        write_description(unfinished, describe(run.tasks, made_by=made_by, **inside))
    return output


def write_saved_model(
    path: str, model: keras.Model, tasks: Sequence[Task], stride: int, serve_size: tuple[int, ...] | None = None
) -> None:
    """Writes a network as a SavedModel with the endpoint `serve` and one endpoint per task.

    The network takes float32 images 0..255. `keras.export.ExportArchive` writes it: what `tf.saved_model.save` makes of
    a Keras 3 model cannot be read by TensorFlow Serving.
    """
    taken = [task.name for task in tasks if task.name in RESERVED or task.name.startswith("_")]
    if taken:
        raise ValueError(
            f"`tasks` must have names that are not {', '.join(RESERVED)} and do not begin with an underscore to become "
            f"endpoints. Received: {taken}."
        )
    archive = keras.export.ExportArchive()  # Tracks the variables that its endpoints use.
    archive.add_endpoint("serve", serving_function(model, tasks, stride, serve_size), [INPUT])
    for task in tasks:
        path_of_task = single_task_model(model, task.name)
        archive.add_endpoint(task.name, serving_function(path_of_task, [task], stride, serve_size), [INPUT])
    archive.write_out(path, verbose=False)


def _check(serve_size: tuple[int, int] | None, images: int) -> None:
    if serve_size is not None and (len(serve_size) != 2 or min(serve_size) < 1):
        raise ValueError(f"`serve_size` must be a height and a width in pixels. Received: serve_size={serve_size}.")
    if images < 1:
        raise ValueError(f"`images` must be at least 1. Received: images={images}.")


def _check_place(output: str) -> None:
    """Refuses to write where anything lies but an earlier export."""
    if not files.exists(output):
        return
    if not files.is_folder(output):
        raise FileExistsError(f"`output` must be a new directory or an earlier export. Received: the file {output}.")
    found = set(files.file_names(output))
    if found and (found - _PARTS or not files.exists(os.path.join(output, FOLDER, FILE))):
        raise FileExistsError(
            f"`output` must be a new directory or an earlier export, which it replaces. Received: {output} with "
            f"{sorted(found)}."
        )
