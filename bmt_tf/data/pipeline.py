"""Batches for training and evaluation, by `tf.data`.

The order of training is a function of the seed and the running number of an image: a training that starts at batch
n gets what an unbroken one got from batch n on, whatever the number of threads.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from bmt_tf._threads import thread_count
from bmt_tf.data.augmentation import Augmentation, augment
from bmt_tf.data.equal_sizes import batches_of_one_size
from bmt_tf.data.memory import Examples
from bmt_tf.data.source import Source, image_sizes
from bmt_tf.tasks import Task

_SHOWN = 8  # names in a message
_AHEAD = 2  # training batches that are ready before they are asked for


class Part(NamedTuple):
    """The images of every global batch that one host reads, decodes and gives to its replicas.

    Args:
        first: Place of the first of them in the batch.
        sizes: How many of them each of the host's replicas gets.
    """

    first: int
    sizes: tuple[int, ...]


@tf.autograph.experimental.do_not_convert  # There are no conditions in Python to be found, which takes long.
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
    cache_bytes: int = 0,
    part: Part | None = None,
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
        cache_bytes: How much memory decoded examples may take; those beyond are decoded each time, all by default.
        part: The images of each batch that are wanted here, where several hosts or devices share them; the dataset has
            one element per batch and replica then. By default whole batches.

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

    part = part or Part(0, (batch_size,))
    here = sum(part.sizes)
    places = tf.data.Dataset.range(start * here, np.iinfo(np.int64).max // batch_size)
    examples = places.map(
        lambda place: example_at(place // here * batch_size + part.first + place % here), thread_count()
    )
    alike = len(set(part.sizes)) == 1
    batches = examples.batch(part.sizes[0] if alike else here, drop_remainder=True)
    return _untuned((batches if alike else batches.rebatch(part.sizes)).prefetch(_AHEAD))


@tf.autograph.experimental.do_not_convert  # There are no conditions in Python to be found, which takes long.
def evaluation_batches(
    source: Source,
    tasks: Iterable[Task],
    *,
    batch_size: int,
    image_size: tuple[int, int] | None = None,
    indices: Sequence[int] | None = None,
) -> tf.data.Dataset:
    """Returns the examples once, unaltered; a batch holds images of one size, whatever lies beside them in the split.

    Nothing is kept of what was read.

    Args:
        source: The split.
        tasks: Tasks whose labels are wanted.
        batch_size: Images per batch, B; the last batch of a size, and all of very large images, have fewer.
        image_size: Height and width of the part in the middle of each image that is taken; by default all of it.
        indices: Numbers of the examples to use; all by default.

    Returns:
        Dataset of `{"image": float32 [B, H, W, 3] from 0 to 255, "labels": {task name: [B, ...]}, "index": int64 [B]}`,
        where `index` is the number of the example in the source. Sizes come in the order of their first image, the
        images of a size in the order of `indices`.

    Raises:
        ValueError: `batch_size` is not positive, there is no example, or images are smaller than `image_size`.
    """
    if batch_size < 1:
        raise ValueError(f"`batch_size` must be at least 1. Received: batch_size={batch_size}.")
    examples = Examples(source, tasks, indices, cache_bytes=0)
    sizes = image_sizes(examples.source, examples.indices)
    if image_size is not None:
        _refuse_smaller(examples, sizes, image_size)
        sizes = np.broadcast_to(image_size, sizes.shape)
    batches = list(batches_of_one_size(sizes, batch_size))

    def example_at(place):
        image, labels = examples.read(place)
        if image_size is not None:
            image = _middle(image, image_size)
            labels |= {task.name: _middle(labels[task.name], image_size) for task in examples.tasks if task.kind.dense}
        labels = _without_background_alone(labels, examples.tasks)
        return {"image": tf.cast(image, tf.float32), "labels": labels, "index": tf.gather(examples.indices, place)}

    def batch_of(places, count):
        places = tf.data.Dataset.from_tensor_slices(places[:count])
        return places.map(example_at, thread_count()).batch(tf.cast(count, tf.int64), drop_remainder=True)

    counts = [len(places) for places in batches]
    table = np.zeros([len(batches), max(counts)], np.int64)
    for row, places in zip(table, batches, strict=True):
        row[: len(places)] = places
    ahead = tf.data.Dataset.from_tensor_slices((table, counts))
    # Two batches at a time, so that one is read while another is computed, also where no two images have one size.
    found = ahead.interleave(batch_of, cycle_length=2, num_parallel_calls=2, deterministic=True)
    return _untuned(found.apply(tf.data.experimental.assert_cardinality(len(batches))).prefetch(1))


def _untuned(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """Returns the dataset without TensorFlow's tuner of threads and buffers.

    An iterator that ends wakes the tuner before it says that it has ended; the tuner then often sleeps again, up to a
    minute in a long training, and the end of the program waits for it.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def _refuse_smaller(examples: Examples, sizes: np.ndarray, image_size: tuple[int, int]) -> None:
    smaller = np.flatnonzero((sizes < image_size).any(axis=1))
    if len(smaller):
        ids = [examples.source.ids[index] for index in examples.indices[smaller]]
        shown = [f"{id_!r} of {height} x {width}" for id_, (height, width) in zip(ids, sizes[smaller], strict=True)]
        raise ValueError(
            f"`image_size` must be at most the size of every image of {examples.source.name!r} that is used: they are "
            f"cropped to it, and what they are padded with would count as theirs. Received: image_size="
            f"{tuple(image_size)}, and {len(smaller)} smaller: {', '.join(shown[:_SHOWN])}"
            f"{', ...' if len(shown) > _SHOWN else ''}."
        )


def _middle(array: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
    top, left = tf.unstack((tf.shape(array)[:2] - size) // 2)
    return array[top : top + size[0], left : left + size[1]]


def _without_background_alone(labels: dict, tasks: list[Task]) -> dict:
    return {task.name: task.without_background_alone(labels[task.name]) for task in tasks}
