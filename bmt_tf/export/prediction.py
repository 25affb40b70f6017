"""Predictions on a folder of photographs, by an exported network and the description it carries."""

import csv
import io
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

from bmt_tf import _files as files
from bmt_tf._progress_bar import progress_bar
from bmt_tf.export.description import ServedTask
from bmt_tf.export.formats import load_served
from bmt_tf.export.photographs import Photograph, equal_batches, find_photographs
from bmt_tf.export.serving import ALL_TASKS
from bmt_tf.tasks.colouring import colour_map


def predict_folder(
    model_dir: str, images_dir: str, output_dir: str, *, task: str | None = None, batch_size: int = 8
) -> int:
    """Predicts on all photographs of a folder and writes pictures and arrays.

    For every dense task there are `<task>/<name>.png`, to look at, and `<task>/<name>.npy`, to compute with: classes
    uint8 `[H, W]`, probabilities or depth in metres float32 `[H, W]`, normals float32 `[H, W, 3]`. The PNG of classes
    is a palette image, whose stored values are the classes again. For every task with one prediction per image there
    are `<task>/<name>.npy` and one table of all, `<task>.csv`.

    Args:
        model_dir: A network exported by `export_formats`, in whatever format, or the run directory that holds it, local
            or remote.
        images_dir: Folder of photographs; what else is in it is passed over, and named in a warning. Ones that are grey
            or have transparency are converted to RGB, and those that a camera marked as turned are turned upright.
        output_dir: Where to write; files of the same names are replaced.
        task: Predict this task alone, which runs only its path; all where none is given.
        batch_size: Photographs at a time, of equal size; fewer where they are so large that memory might end.

    Returns:
        How many photographs there were.

    Raises:
        FileNotFoundError: `images_dir` is no folder, or has no photograph.
        ValueError: Photographs are damaged (named after all others are done); the model has no such task, or was
            exported for images of another size; or an argument is out of range.
    """
    if batch_size < 1:
        raise ValueError(f"`batch_size` must be at least 1. Received: batch_size={batch_size}.")
    photographs, damaged = find_photographs(images_dir)
    predict = load_served(model_dir)
    tasks = predict.description.tasks
    if task is not None:
        if task not in [served.name for served in tasks]:
            raise ValueError(f"`task` must be one of {[served.name for served in tasks]}. Received: task={task!r}.")
        tasks = tuple(served for served in tasks if served.name == task)
    for size in {photograph.size for photograph in photographs}:
        predict.check_size(size)
    for served in tasks:
        files.make_folder(os.path.join(output_dir, served.name))
    unopened, vectors = len(damaged), {served.name: {} for served in tasks if not served.kind.dense}
    with ThreadPoolExecutor() as pool, progress_bar(total=len(photographs), desc="predict", unit="image") as bar:
        for batch in equal_batches(photographs, batch_size):
            whole, images = _read_all(pool, batch, damaged)
            if whole:
                predictions = predict(np.stack(images), task or ALL_TASKS)
                _write_all(pool, whole, tasks, predictions, output_dir)
                for name, rows in vectors.items():
                    rows.update(zip([photograph.name for photograph in whole], predictions[name], strict=True))
            bar.update(len(batch))
    for served in tasks:
        if served.name in vectors:
            _write_table(os.path.join(output_dir, f"{served.name}.csv"), served, vectors[served.name])
    if damaged:
        raise ValueError(
            f"`images_dir` must hold whole images. Received {len(damaged)} damaged one(s); the other "
            f"{len(photographs) + unopened - len(damaged)} are done:\n  " + "\n  ".join(damaged)
        )
    return len(photographs)


def _read_all(
    pool: ThreadPoolExecutor, batch: Sequence[Photograph], damaged: list[str]
) -> tuple[list[Photograph], list[np.ndarray]]:
    """Returns the photographs that can be read, with their pixels; notes the others."""

    def read(photograph: Photograph) -> np.ndarray | None:
        try:
            return photograph.read()
        except ValueError as error:
            damaged.append(str(error))
            return None

    pairs = [pair for pair in zip(batch, pool.map(read, batch), strict=True) if pair[1] is not None]
    return [photograph for photograph, _ in pairs], [image for _, image in pairs]


def _write_all(
    pool: ThreadPoolExecutor,
    batch: Sequence[Photograph],
    tasks: Sequence[ServedTask],
    predictions: dict[str, np.ndarray],
    output_dir: str,
) -> None:
    jobs = [
        pool.submit(_write, os.path.join(output_dir, served.name, photograph.name), served, prediction)
        for served in tasks
        for photograph, prediction in zip(batch, predictions[served.name], strict=True)
    ]
    for job in jobs:
        job.result()


def _write(stem: str, served: ServedTask, prediction: np.ndarray) -> None:
    """Writes the array of one prediction, and its picture where it is dense."""
    array = prediction[..., 0] if served.kind.dense and prediction.shape[-1] == 1 else prediction
    content = io.BytesIO()
    np.save(content, array)
    files.write_bytes(f"{stem}.npy", content.getvalue())
    if served.kind.dense:
        content = io.BytesIO()
        _picture(served, prediction).save(content, "png")
        files.write_bytes(f"{stem}.png", content.getvalue())


def _picture(served: ServedTask, prediction: np.ndarray) -> Image.Image:
    if not served.kind.activation.categorical:
        return Image.fromarray(colour_map(prediction, served))
    picture = Image.fromarray(prediction[..., 0])
    picture.putpalette([value for colour in served.colours for value in colour])
    return picture


def _write_table(path: str, served: ServedTask, rows: dict[str, np.ndarray]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["image", *(served.classes or range(served.channels))])
    writer.writerows([name, *(f"{value:.6g}" for value in rows[name])] for name in sorted(rows))
    files.write_bytes(path, text.getvalue().encode())
