"""Panels of a trained run's predictions beside the labels, written to where a report looks for them."""

import pathlib
from collections.abc import Sequence

import numpy as np

from bmt_tf.data import evaluation_batches
from bmt_tf.data.source import Source
from bmt_tf.runs.network import load_network, open_split
from bmt_tf.tasks import Task
from bmt_tf.tasks.panels import prediction_panel


def write_panels(run_dir: str, *, split: str = "val", count: int = 3) -> tuple[pathlib.Path, ...]:
    """Predicts on a few images with a run's newest checkpoint and writes `predictions/<image>.png`.

    The images are evenly spaced over the split, so all runs on the same data show the same ones.

    Args:
        run_dir: Local directory of a training run.
        split: `train` or `val`.
        count: Number of images.

    Returns:
        The files, in the order of the images.

    Raises:
        ValueError: `count` is below 1.
    """
    if count < 1:
        raise ValueError(f"`count` must be at least 1. Received: count={count}.")
    model, config, *_ = load_network(run_dir)
    source, tasks = open_split(config, split)
    return draw_panels(model, source, tasks, pathlib.Path(run_dir) / "predictions", count)


def draw_panels(
    model, source: Source, tasks: Sequence[Task], directory: pathlib.Path, count: int
) -> tuple[pathlib.Path, ...]:
    """Predicts on a few images with a network and writes one panel for each.

    Args:
        model: From float32 images `[B, H, W, 3]` to outputs by task.
        source: Where the images and labels are.
        tasks: The network's tasks.
        directory: Folder for the panels, made if need be.
        count: Number of images, evenly spaced over the source; all if it has fewer.

    Returns:
        The files, in the order of the images.
    """
    directory.mkdir(parents=True, exist_ok=True)
    indices = np.unique(np.linspace(0, len(source) - 1, min(count, len(source))).round().astype(int))
    dense = [task for task in tasks if task.kind.dense]
    paths = []
    for batch in evaluation_batches(source, dense, batch_size=1, indices=indices).as_numpy_iterator():
        outputs = model(batch["image"], training=False)
        (top, left), (height, width) = batch["offset"][0], batch["size"][0]
        window = np.s_[0, top : top + height, left : left + width]
        labels = {task.name: batch["labels"][task.name][window] for task in dense}
        predictions = {task.name: task.decode(outputs[task.name]).numpy()[window] for task in dense}
        image = batch["image"][window].round().astype(np.uint8)
        name = source.ids[int(batch["index"][0])].replace("/", "_")
        paths.append(directory / f"{name}.png")
        paths[-1].write_bytes(prediction_panel(image, labels, predictions, dense))
    return tuple(paths)
