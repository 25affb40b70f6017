"""Panels of a trained run's predictions beside the labels, written to where a report looks for them."""

from collections.abc import Sequence

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data import evaluation_batches, evenly_spread
from bmt_tf.data.source import Source
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.run import Run
from bmt_tf.tasks import Task
from bmt_tf.tasks.panels import prediction_panel


def write_panels(run_dir: str, *, split: str = "val", count: int = 3) -> tuple[str, ...]:
    """Predicts on a few images with a run's newest checkpoint and writes `predictions/<image>.png`.

    The images are evenly spaced over the split, so all runs on the same data show the same ones.

    Args:
        run_dir: Directory of a training run with at least one checkpoint.
        split: The split the images are from: `train`, `val`, or another that the data has.
        count: Number of images, at least 1; all where there are fewer.

    Returns:
        The files, in the order of the images.

    Raises:
        ValueError: `count` is below 1.
    """
    if count < 1:
        raise ValueError(f"`count` must be at least 1. Received: count={count}.")
    run = Run.load(run_dir, TrainConfig)
    return draw_panels(run.trained().network, run.split(split), run.tasks, run.paths.predictions, count)


def draw_panels(model, source: Source, tasks: Sequence[Task], directory: str, count: int) -> tuple[str, ...]:
    """Predicts on a few images, evenly spread over the source, and writes one panel for each."""
    indices = evenly_spread(len(source), count)
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
        paths.append(files.join(directory, f"{name}.png"))
        files.write_bytes(paths[-1], prediction_panel(image, labels, predictions, dense))
    return tuple(paths)
