"""From a trained shared network to who is hard for whom: the losses of held-out images, one by one."""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf
from absl import logging

from bmt_tf import _files as files
from bmt_tf._progress_bar import progress_bar
from bmt_tf.choosing.origin import measured_on
from bmt_tf.data import evaluation_batches
from bmt_tf.data.source import Source
from bmt_tf.models.own_size import PIXELS, at_own_size
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.run import Run
from bmt_tf.runs.scoring import labels_spec
from bmt_tf.search.difficulty_file import Difficulty
from bmt_tf.tasks import Task
from bmt_tf.training.image_losses import losses_by_image


def measure_difficulty(run_dir: str, *, data: str = "", batch_size: int = 8) -> Difficulty:
    """Measures how hard each held-out image is for each task of a shared run, and writes its `difficulty.npz`.

    What the run has already measured, on the same images after as many updates, is not measured again.

    Args:
        run_dir: Directory of a finished run of several tasks that share every block.
        data: Where the run's data is now, if it has moved.
        batch_size: Images at a time, of one size; more need more memory.

    Returns:
        The losses, not weighted: each that of a batch of this image alone, at its own size as for scoring.

    Raises:
        ValueError: The run is not shared or not finished, has set no images aside, or its data has changed; or none of
            these images has a label of some task, or of some two tasks.

    Source: Lu et al., CVPR 2017, as used in BMN, sec. 4, and BMTAS, appendix B: the loss stands for the authors' error
    of one attribute, for edges too. The images are those that training has set aside, not those trained on.
    """
    run = Run.load(run_dir, TrainConfig, data)
    _check_shared(run)
    source = run.split("train")
    if run.record["data"]["fingerprint"] != source.fingerprint():
        raise ValueError(
            f"`shared` must be trained on the data as it is now, {run.settings.data!r}. Received: {run.path}, trained "
            f"on other files."
        )
    names = tuple(source.ids[index] for index in run.held_out_images)
    known = _stored(run, names)
    if known is not None:
        return known
    files.check_writable(run.path, "shared")
    network, step = run.trained(run.settings.steps)
    losses = image_losses(
        network, source, run.tasks, stride=run.encoder.stride, indices=run.held_out_images, batch_size=batch_size
    )
    result = Difficulty(losses, run.settings.tasks, names, step, measured_on(run).to_json())
    result.save(run.paths.difficulty)
    return result


def image_losses(
    network: Callable[..., dict[str, tf.Tensor]],
    source: Source,
    tasks: Sequence[Task],
    *,
    stride: int,
    indices: np.ndarray,
    batch_size: int = 8,
) -> np.ndarray:
    """Returns the loss of each task on each image, float64 `[K, T]`; NaN where the image has no label of the task.

    Where the network puts out no numbers the loss is infinite.

    The network and its `stride` are as for `score`; `indices` are the sorted numbers of the K images.
    """
    outputs_of = at_own_size(network, stride)

    # One trace for all sizes.
    @tf.function(input_signature=[PIXELS, {task.name: labels_spec(task) for task in tasks}], autograph=False)
    def losses_of(image, labels):
        outputs = outputs_of(image)
        return {task.name: losses_by_image(task, outputs[task.name], labels[task.name]) for task in tasks}

    found = np.full([len(indices), len(tasks)], np.nan)
    logging.info("Losses of %d images for the tasks %s.", len(indices), [task.name for task in tasks])
    batches = evaluation_batches(source, tasks, batch_size=batch_size, indices=indices)
    for batch in progress_bar(batches, desc="difficulty", unit="batch", leave=False):
        losses = losses_of(batch["image"], batch["labels"])
        rows = np.searchsorted(indices, batch["index"].numpy())
        for column, task in enumerate(tasks):
            found[rows, column] = losses[task.name].numpy()
    return found


def _check_shared(run: Run) -> None:
    tree = run.grouping if files.exists(run.paths.grouping) else None
    if tree is None or max(tree.branches) > 1 or len(tree.tasks) < 2:
        found = "no tree" if tree is None else f"{len(tree.tasks)} tasks in {tree.branches} parts per block"
        raise ValueError(
            f"`shared` must be a run of at least two tasks that share every block, as scripts/train.py trains without "
            f"a grouping. Received: {run.path} of {found}."
        )
    if not run.finished:
        raise ValueError(
            f"`shared` must be a finished run; scripts/train.py goes on with one. Received: {run.path}, which has no "
            f"checkpoint of step {run.settings.steps}."
        )
    if not run.settings.held_out:
        raise ValueError(
            f"`shared` must be a run that set images aside, which it was not trained on. Received: {run.path} with "
            f"held_out=0."
        )


def _stored(run: Run, images: tuple[str, ...]) -> Difficulty | None:
    """Returns what was measured on the run before, if it is of this data and as many updates."""
    if not files.is_file(run.paths.difficulty):
        return None
    found = Difficulty.load(run.paths.difficulty)
    same = found.measured_on.get("fingerprint") == run.record["data"]["fingerprint"]
    return found if same and (found.step, found.images) == (run.settings.steps, images) else None
