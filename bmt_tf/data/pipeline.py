"""Batches for training and evaluation, by `tf.data`.

The order of training is a function of the seed and the running number of an image: a training that starts at batch
n gets what an unbroken one got from batch n on, whatever the number of threads.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import tensorflow as tf

from bmt_tf.data.augmentation import Augmentation, augment
from bmt_tf.data.memory import CACHE_BYTES, Examples
from bmt_tf.data.source import Source, image_sizes
from bmt_tf.tasks import Task


def training_batches(
    source: Source,
    tasks: Iterable[Task],
    *,
    batch_size: int,
    image_size: tuple[int, int],
    augmentation: Augmentation,
    seed: int,
    start: int = 0,
    indices: Sequence[int] | None = None,
    cache_bytes: int = CACHE_BYTES,
) -> tf.data.Dataset:
    """Returns training batches without end; each image comes once per epoch, in an order of its own each epoch.

    Args:
        source: The training split.
        tasks: Tasks whose labels are wanted.
        batch_size: Images per batch over all replicas, B.
        image_size: Height and width, H and W; smaller images are padded in the middle, larger ones cropped.
        augmentation: What is drawn per image.
        seed: Seed of order and augmentation.
        start: Number of the batch to begin with.
        indices: Numbers of the examples to use; all by default.
        cache_bytes: How much memory decoded examples may take; those beyond are decoded each time.

    Returns:
        Dataset of `{"image": float32 [B, H, W, 3] from 0 to 255, "labels": {task name: [B, ...]},
        "position": int64 [B]}`, where `position` is the running number of an image since batch 0.

    Raises:
        ValueError: `batch_size` is not positive, `start` is negative, or there is no example.
    """
    if batch_size < 1 or start < 0:
        raise ValueError(
            f"`batch_size` must be at least 1 and `start` at least 0. Received: batch_size={batch_size}, start={start}."
        )
    examples = Examples(source, tasks, indices, cache_bytes)
    count = len(examples)

    def example_at(position):
        epoch_seed = tf.stack([tf.constant(seed, tf.int64), position // count])
        place = tf.random.experimental.index_shuffle(position % count, seed=epoch_seed, max_index=count - 1)
        image, labels = examples.read(place)
        draw_seed = tf.stack([tf.constant(seed, tf.int64), position])
        image, labels = augment(image, labels, examples.tasks, image_size, augmentation, draw_seed)
        return {"image": image, "labels": _without_background_alone(labels, examples.tasks), "position": position}

    positions = tf.data.Dataset.range(start * batch_size, np.iinfo(np.int64).max)
    return _in_batches(positions.map(example_at, tf.data.AUTOTUNE), batch_size)


def evaluation_batches(
    source: Source,
    tasks: Iterable[Task],
    *,
    batch_size: int,
    image_size: tuple[int, int] | None = None,
    indices: Sequence[int] | None = None,
    cache_bytes: int = CACHE_BYTES,
) -> tf.data.Dataset:
    """Returns the examples in order, once, unaltered but for padding.

    Args:
        source: The split.
        tasks: Tasks whose labels are wanted.
        batch_size: Images per batch over all replicas, B.
        image_size: Height and width to which images are padded in the middle; by default the largest of each.
        indices: Numbers of the examples to use, in this order; all by default.
        cache_bytes: How much memory decoded examples may take, for as long as the dataset is kept.

    Returns:
        Dataset of `{"image": float32 [B, H, W, 3] from 0 to 255, "labels": {task name: [B, ...]}, "valid": bool [B],
        "index": int64 [B], "size": int32 [B, 2], "offset": int32 [B, 2]}`: the number of the example in the source,
        and height and width of the image and the row and column where it begins in the padded one. The last batch is
        filled with blank images that are not `valid`, with index -1 and all labels ignored.

    Raises:
        ValueError: `batch_size` is not positive, there is no example, or an image is larger than `image_size`.
    """
    if batch_size < 1:
        raise ValueError(f"`batch_size` must be at least 1. Received: batch_size={batch_size}.")
    examples = Examples(source, tasks, indices, cache_bytes)
    sizes = image_sizes(examples.source, examples.indices)
    height, width = sizes.max(axis=0).tolist() if image_size is None else image_size
    too_large = np.flatnonzero((sizes > (height, width)).any(axis=1))
    if len(too_large):
        first = too_large[0]
        raise ValueError(
            f"`image_size` must be at least the size of every image of {source.name!r}. Received: image_size="
            f"{(height, width)}; image {source.ids[examples.indices[first]]!r} has {tuple(sizes[first].tolist())}."
        )

    def example_at(place):
        example = examples.read_padded(place, height, width)
        return example | {"labels": _without_background_alone(example["labels"], examples.tasks)}

    places = tf.data.Dataset.range(-(-len(examples) // batch_size) * batch_size)
    return _in_batches(places.map(example_at, tf.data.AUTOTUNE), batch_size)


def _without_background_alone(labels: dict, tasks: list[Task]) -> dict:
    return {task.name: task.without_background_alone(labels[task.name]) for task in tasks}


def _in_batches(examples: tf.data.Dataset, batch_size: int) -> tf.data.Dataset:
    options = tf.data.Options()
    # Several hosts: each takes its share of every global batch; there are no files to share out.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    batches = examples.batch(batch_size, drop_remainder=True)
    return batches.with_options(options).prefetch(tf.data.AUTOTUNE)
