"""Panels of a trained run's predictions beside the labels, written to where a report looks for them."""

from collections.abc import Sequence

import numpy as np

from bmt_tf import _files as files
from bmt_tf.data import evaluation_batches, evenly_spread
from bmt_tf.data.source import Source
from bmt_tf.models.own_size import at_own_size, traced
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.run import Run
from bmt_tf.tasks import Task
from bmt_tf.tasks.panels import prediction_panel


def write_panels(run_dir: str, *, split: str = "val", count: int = 3, data: str = "") -> tuple[str, ...]:
    """Predicts on a few images with a run's newest checkpoint and writes `predictions/<image>.png`.

    The images are evenly spaced over the split, so all runs on the same data show the same ones.

    Args:
        run_dir: Directory of a training run with at least one checkpoint.
        split: The split the images are from: `train`, `val`, or another that the data has.
        count: Number of images, at least 1; all where there are fewer.
        data: Where the run's data is now, if it has moved.

    Returns:
        The files, in the order of the images.

    Raises:
        ValueError: `count` is below 1.
    """
    if count < 1:
        raise ValueError(f"`count` must be at least 1. Received: count={count}.")
    run = Run.load(run_dir, TrainConfig, data)
    network, stride = run.trained().network, run.encoder.stride
    return draw_panels(network, stride, run.split(split), run.tasks, run.paths.predictions, count)


def draw_panels(
    model, stride: int, source: Source, tasks: Sequence[Task], directory: str, count: int
) -> tuple[str, ...]:
    """Predicts on a few images, evenly spread over the source, and writes one panel for each.

    The images are prepared as for scoring, for a network whose encoder has this stride.
    """
    indices = evenly_spread(len(source), count)
    outputs_of = traced(at_own_size(model, stride))
    paths = {}
    for batch in evaluation_batches(source, tasks, batch_size=1, indices=indices):
        outputs, index = outputs_of(batch["image"]), int(batch["index"][0])
        labels = {task.name: batch["labels"][task.name][0].numpy() for task in tasks}
        predictions = {task.name: task.decode(outputs[task.name])[0].numpy() for task in tasks}
        image = batch["image"][0].numpy().astype(np.uint8)
        paths[index] = files.join(directory, f"{source.ids[index].replace('/', '_')}.png")
        files.write_bytes(paths[index], prediction_panel(image, labels, predictions, tasks))
    return tuple(paths[index] for index in indices)
