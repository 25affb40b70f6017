"""The batches that a run is trained on."""

import tensorflow as tf

from bmt_tf.data import training_batches
from bmt_tf.runs.data import augmentation
from bmt_tf.runs.run import Run


def run_batches(run: Run, start: int = 0) -> tf.data.Dataset:
    """Returns the global batches of a run, augmented, from one on, without end.

    Args:
        run: The run.
        start: How many batches came before.
    """
    config = run.settings
    return training_batches(
        run.split("train"),
        run.tasks,
        batch_size=config.batch_size,
        image_size=config.image_size,
        augmentation=augmentation(config),
        seed=config.seed,
        start=start,
        indices=run.training_images,
        cache_bytes=config.cache_bytes,
    )
