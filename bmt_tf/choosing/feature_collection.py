"""From trained single-task networks to affinities: features of held-out images, streamed through the disk."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf
from absl import logging

from bmt_tf import _files as files
from bmt_tf._progress_bar import progress_bar
from bmt_tf.affinity import AffinityResult, FeatureSpill, StoredRdms, affinity, bootstrap_affinity, save_rdms
from bmt_tf.choosing.origin import measured_on
from bmt_tf.data import evaluation_batches, evenly_spread
from bmt_tf.data.source import Source, image_sizes
from bmt_tf.grouping import Grouping
from bmt_tf.models.encoder import Encoder
from bmt_tf.models.own_size import mirror_to_multiple, traced
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.hosts import hosts_of
from bmt_tf.runs.paths import AffinityPaths
from bmt_tf.runs.run import Run
from bmt_tf.runs.settings import Pair, is_size

_FEWEST = 3  # images of an RDM, for a correlation of its entries


def measure_affinity(
    run_dirs: Sequence[str],
    output: str,
    *,
    images: int | None = None,
    image_size: tuple[int, int] | None = None,
    replicates: int = 200,
    batch_size: int = 8,
    data: str = "",
) -> AffinityResult:
    """Measures how alike the features of single-task networks are, and writes `rdm/` and `affinity.npz`.

    Where `TF_CONFIG` names several hosts each takes its share of the networks, and the chief compares them; it is then
    to be called by all of them, before the first tensor.

    Args:
        run_dirs: Directories of finished single-task runs of the same settings, one per task, at least two.
        output: Local directory for the results, which all hosts see; meanwhile the features of a network lie there too.
        images: Number of held-out images to compare, K, at least 3, evenly spread over those that no run was trained
            on and that are no smaller than `image_size`; all of these by default.
        image_size: Height and width, in pixels, of the part in the middle of each image whose features are compared;
            by default those of the crops that the runs were trained on.
        replicates: Draws of the bootstrap over images, which says how sure the affinities are; 0 for none.
        batch_size: Images at a time; more need more memory.
        data: Where the runs' data is now, if it has moved.

    Returns:
        What `affinity.npz` holds: the affinities with their tasks, blocks and images, and the draws of the bootstrap.

    Raises:
        ValueError: `replicates` is negative, the runs cannot be compared, or they leave out fewer than `images` images
            that are no smaller than `image_size`.

    Source: BMN, section 3.1 and algorithm 1. The held-out images are part of the training split, set aside by seed.
    They are cropped to one size: an RDM compares images place by place, and what they were padded with would be alike
    in the networks of all tasks.
    """
    if replicates < 0:
        raise ValueError(f"`replicates` must not be negative. Received: replicates={replicates}.")
    if image_size is not None and not is_size(image_size):
        raise ValueError(f"`image_size` must be a height and a width in pixels. Received: image_size={image_size}.")
    runs = [Run.load(run_dir, TrainConfig, data) for run_dir in run_dirs]
    _check_comparable(runs, runs[0].settings.held_out if images is None else images)
    hosts = hosts_of(runs[0])
    files.check_writable(output, "output")
    source = runs[0].split("train")
    _check_finished_on(source, runs)
    held_out = _large_enough(source, runs[0].held_out_images, image_size or runs[0].settings.image_size, images)
    held_out = held_out[evenly_spread(len(held_out), images or len(held_out))]
    names, tasks, paths = [source.ids[index] for index in held_out], _tasks(runs), AffinityPaths(output)
    features = BlockFeatures()
    for run in hosts.share(runs):
        blocks, rdms = task_rdms(run, source, held_out, output, features, image_size=image_size, batch_size=batch_size)
        save_rdms(paths.rdms, run.settings.tasks[0], rdms, blocks, names)
    hosts.meet()
    if hosts.chief:
        _check_seen_by_all(output, paths, tasks)
        _compared(StoredRdms(paths.rdms, tasks), runs, replicates).save(paths.affinity)
    hosts.meet()
    return AffinityResult.load(paths.affinity)


def _check_seen_by_all(output: str, paths: AffinityPaths, tasks: Sequence[str]) -> None:
    there = {name.removesuffix(".npz") for name in files.file_names(paths.rdms)}
    if not there.issuperset(tasks):
        raise ValueError(
            f"`output` must be a directory that all hosts see. Received: {output!r}, without the RDMs of "
            f"{sorted({*tasks} - there)}, which another host has measured."
        )


def _tasks(runs: Sequence[Run]) -> tuple[str, ...]:
    return tuple(run.settings.tasks[0] for run in runs)


def _compared(rdms: StoredRdms, runs: Sequence[Run], replicates: int) -> AffinityResult:
    """Returns the affinities of the runs' tasks, with draws of their bootstrap."""
    tasks, blocks = _tasks(runs), rdms.blocks
    matrices, seed = affinity(rdms, tasks, blocks), runs[0].settings.seed
    draws = bootstrap_affinity(rdms, replicates, seed, tasks, blocks) if replicates else matrices[None][:0]
    return AffinityResult(matrices, tasks, blocks, rdms.images, draws, measured_on(*runs).to_json())


def task_rdms(
    run: Run,
    source: Source,
    indices: np.ndarray,
    scratch: str,
    features: "BlockFeatures | None" = None,
    *,
    image_size: tuple[int, int] | None = None,
    batch_size: int = 8,
) -> tuple[tuple[str, ...], np.ndarray]:
    """Returns the names of the blocks and the RDMs `[L, K, K]` of one single-task network over the K images.

    The features are streamed through the existing directory `scratch`, and deleted afterwards; `features` is what was
    traced for runs before. `image_size` is as in `measure_affinity`.
    """
    size = image_size or run.settings.image_size
    batches = evaluation_batches(source, (), batch_size=batch_size, image_size=size, indices=indices)
    features_of = (features or BlockFeatures()).of(run)
    names, blocks, task = [source.ids[index] for index in indices], run.grouping.blocks, run.settings.tasks[0]
    logging.info("Features of %d images at %d blocks of task %s.", len(indices), len(blocks), task)
    with FeatureSpill(names, f"task {task!r}", scratch) as spill:
        for batch in progress_bar(batches, desc=f"features {task}", unit="batch", leave=False):
            spill.append({block: values.numpy() for block, values in features_of(batch["image"]).items()})
        return blocks, spill.rdms()


class BlockFeatures:
    """Features by block of the networks of several runs of the same settings, one at a time, by one traced function."""

    def __init__(self):
        self._network, self._function = None, None

    def of(self, run: Run) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
        """Returns a function from images to the features of a run's network, until it is called for another run."""
        network = run.trained().network
        if self._function is None:
            self._network, self._function = network, traced(block_features(network, run.encoder, run.grouping))
            return self._function
        for node in run.grouping.nodes():
            if node.block is not None:  # the head, which is none, has no part in it
                ours, theirs = (model.get_layer(node.name).weights for model in (self._network, network))
                for variable, value in zip(ours, theirs, strict=True):
                    variable.assign(value)
        return self._function


def block_features(
    model: keras.Model, encoder: Encoder, grouping: Grouping
) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns a function from images to the features of a single-task network by block, float32 `[B, h, w, C]`.

    They are those that its outputs are computed from, of images that are prepared as for scoring.
    """
    image = keras.Input((None, None, 3), name="image")
    names = {node.block: node.name for node in grouping.nodes()}
    features = encoder.walk(image, lambda block, x: model.get_layer(names[block.name])(x))
    extractor = keras.Model(image, {block: features[block] for block in grouping.blocks}, name="block_features")
    return lambda images: extractor(mirror_to_multiple(images, encoder.stride), training=False)


def _check_comparable(runs: Sequence[Run], images: int) -> None:
    first = runs[0].settings
    for run in runs:
        if not run.settings.has_tree:
            raise ValueError(
                f"`run_dirs` must be single-task runs, whose features are those of one task. Received: {run.path} with "
                f"network={run.settings.network!r}, in which the features of each task are made of those of all."
            )
        if len(run.settings.tasks) != 1:
            raise ValueError(f"`run_dirs` must be runs of one task each. Received: {run.path} of {run.settings.tasks}.")
        other = [name for name in run.differing(runs[0], Pair.SINGLES) if name != "data"]  # looked at below
        if other:
            raise ValueError(
                f"`run_dirs` must be runs of the same settings. Received: {run.path}, which differs "
                f"from {runs[0].path} in {other}."
            )
    names = _tasks(runs)
    if len(set(names)) < max(2, len(names)):
        raise ValueError(f"`run_dirs` must be runs of at least two different tasks. Received: {names}.")
    if not _FEWEST <= images <= first.held_out:
        raise ValueError(
            f"`images` must be at least {_FEWEST} and at most the number the runs set aside, held_out="
            f"{first.held_out}. Received: images={images}."
        )


def _large_enough(source: Source, indices: np.ndarray, size: tuple[int, int], images: int | None) -> np.ndarray:
    """Returns the numbers of the images that can be cropped to a size, if there are as many as are wanted."""
    sizes = image_sizes(source, indices)
    large = (sizes >= size).all(axis=1)
    if large.sum() < (images or _FEWEST):
        height, width = np.quantile(sizes, 0.1, axis=0, method="lower")
        raise ValueError(
            f"`image_size` must be at most the size of {images or _FEWEST} or more of {len(sizes)} held-out images of "
            f"{source.name!r}, which are cropped to it: padding would count as theirs. Received: "
            f"image_size={tuple(size)}, and {large.sum()} as large. Nine in ten are at least {height} high, and nine "
            f"in ten at least {width} wide."
        )
    if not large.all():
        left_out = f"{(~large).sum()} of {len(large)} held-out images"
        logging.warning("%s are smaller than %s, to which images are cropped, and are left out.", left_out, size)
    return indices[large]


def _check_finished_on(source: Source, runs: Sequence[Run]) -> None:
    """Checks that the runs are trained to the end, on the images that are there now: else none is surely held out."""
    fingerprint = source.fingerprint()
    for run in runs:
        if not run.finished:
            raise ValueError(
                f"`run_dirs` must be finished runs; scripts/train.py goes on with one. Received: "
                f"{run.path}, which has no checkpoint of step {run.settings.steps}."
            )
        if run.record["data"]["fingerprint"] != fingerprint:
            raise ValueError(
                f"`run_dirs` must be trained on the data as it is now, {run.settings.data!r}. Received: "
                f"{run.path}, trained on other files."
            )
