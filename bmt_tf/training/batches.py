"""The batches that a run is trained on."""

from collections.abc import Iterator

import tensorflow as tf

from bmt_tf.data import training_batches
from bmt_tf.data.pipeline import Part
from bmt_tf.runs.data import augmentation
from bmt_tf.runs.run import Run
from bmt_tf.runs.strategy import given_out


def run_batches(run: Run, start: int = 0, part: Part | None = None) -> tf.data.Dataset:
    """Returns the batches of a run, augmented, from one on, without end.

    Args:
        run: The run.
        start: How many batches came before.
        part: As for `training_batches`.
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
        part=part,
    )


def batches_of_replicas(run: Run, strategy: tf.distribute.Strategy, start: int = 0) -> Iterator:
    """Returns the global batches of a run from one on, given out to the replicas.

    Args:
        run: The run.
        strategy: Where it computes.
        start: How many batches came before.
    """
    return given_out(strategy, run.settings.batch_size, lambda part: run_batches(run, start, part))
