"""From trained single-task networks to affinities: features of held-out images, streamed through the disk."""

import os
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf
import tqdm
from absl import logging

from bmt_tf.affinity import AffinityResult, FeatureSpill, affinity, bootstrap_affinity, load_rdms, save_rdms
from bmt_tf.data import evaluation_batches
from bmt_tf.data.source import Source
from bmt_tf.grouping import Grouping
from bmt_tf.models.encoder import Encoder
from bmt_tf.runs.checkpoints import checkpoints_dir, saved_steps
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.network import load_network, make_encoder, open_split, training_indices
from bmt_tf.runs.run_directory import check_writable, load_config, read_json

# Settings in which single-task networks may differ and still be compared.
DIFFERING = ("run_dir", "tasks", "loss_weights", "checkpoint_every", "log_every", "replicas")


def measure_affinity(
    run_dirs: Sequence[str], output: str, *, images: int, replicates: int = 200, batch_size: int = 8
) -> AffinityResult:
    """Measures how alike the features of single-task networks are, and writes `rdm/` and `affinity.npz`.

    Args:
        run_dirs: Finished single-task runs of the same settings, one per task.
        output: Directory for the results.
        images: Number of held-out images to compare, K, evenly spread over those that no run was trained on.
        replicates: Draws of the bootstrap over images; 0 for none.
        batch_size: Images at a time.

    Returns:
        The affinities.

    Raises:
        ValueError: `replicates` is negative.

    Source: BMN, section 3.1 and algorithm 1. The held-out images are part of the training split, set aside by seed.
    """
    if replicates < 0:
        raise ValueError(f"`replicates` must not be negative. Received: replicates={replicates}.")
    configs = [load_config(run_dir, TrainConfig) for run_dir in run_dirs]
    _check_comparable(configs, images)
    check_writable(output, "output")
    source, _ = open_split(configs[0], "train")
    _check_finished_on(source, configs)
    held_out = training_indices(configs[0], source)[1]
    held_out = held_out[np.linspace(0, len(held_out) - 1, images).round().astype(int)]
    names = [source.ids[index] for index in held_out]
    tasks = [config.tasks[0] for config in configs]
    for task, run_dir in zip(tasks, run_dirs, strict=True):
        blocks, rdms = task_rdms(run_dir, source, held_out, output, batch_size)
        save_rdms(os.path.join(output, "rdm"), task, rdms, blocks, names)
    rdms, blocks, _ = load_rdms(os.path.join(output, "rdm"), tasks)
    matrices = affinity(rdms, tasks, blocks)
    draws = bootstrap_affinity(rdms, replicates, configs[0].seed, tasks, blocks) if replicates else matrices[None][:0]
    result = AffinityResult(affinity=matrices, tasks=tuple(tasks), blocks=blocks, images=tuple(names), replicates=draws)
    result.save(os.path.join(output, "affinity.npz"))
    return result


def task_rdms(
    run_dir: str, source: Source, indices: np.ndarray, scratch: str, batch_size: int
) -> tuple[tuple[str, ...], np.ndarray]:
    """Returns the names of the blocks and the RDMs `[L, K, K]` of one single-task network.

    Args:
        run_dir: The network's run.
        source: Where the images are.
        indices: Numbers of the K images.
        scratch: An existing directory for the features, which are deleted afterwards.
        batch_size: Images at a time.
    """
    model, config, grouping, _ = load_network(run_dir)
    extractor = block_features(model, make_encoder(config), grouping)
    extract = tf.function(lambda image: extractor(image, training=False), reduce_retracing=True)
    names = [source.ids[index] for index in indices]
    batches = evaluation_batches(source, (), batch_size=batch_size, image_size=None, indices=indices)
    logging.info("Features of %d images at %d blocks of task %s.", len(indices), len(grouping.blocks), config.tasks[0])
    with FeatureSpill(names, f"task {config.tasks[0]!r}", scratch) as spill:
        for batch in tqdm.tqdm(batches, desc=f"features {config.tasks[0]}", unit="batch", leave=False):
            valid = batch["valid"].numpy()
            features = extract(batch["image"])
            spill.append({block: values.numpy()[valid] for block, values in features.items()})
        return grouping.blocks, spill.rdms()


def block_features(model: keras.Model, encoder: Encoder, grouping: Grouping) -> keras.Model:
    """Returns a network that gives the features after every block: block name -> float32 `[B, h, w, C]`.

    Args:
        model: A network of a single task.
        encoder: Its encoder.
        grouping: Its tree, with one branch everywhere.
    """
    image = keras.Input(model.inputs[0].shape[1:], name="image")
    names = {node.block: node.name for node in grouping.nodes()}
    features = encoder.walk(image, lambda block, x: model.get_layer(names[block.name])(x))
    return keras.Model(image, {block: features[block] for block in grouping.blocks}, name="block_features")


def _check_comparable(configs: Sequence[TrainConfig], images: int) -> None:
    first = configs[0].to_json()
    for config in configs:
        if len(config.tasks) != 1:
            raise ValueError(f"`run_dirs` must be runs of one task each. Received: {config.run_dir} of {config.tasks}.")
        other = [name for name, value in config.to_json().items() if name not in DIFFERING and value != first[name]]
        if other:
            raise ValueError(
                f"`run_dirs` must be runs of the same settings. Received: {config.run_dir}, which differs "
                f"from {configs[0].run_dir} in {other}."
            )
    names = [config.tasks[0] for config in configs]
    if len(set(names)) < max(2, len(names)):
        raise ValueError(f"`run_dirs` must be runs of at least two different tasks. Received: {names}.")
    if not 3 <= images <= configs[0].held_out:
        raise ValueError(
            f"`images` must be at least 3 and at most the number the runs set aside, held_out="
            f"{configs[0].held_out}. Received: images={images}."
        )


def _check_finished_on(source: Source, configs: Sequence[TrainConfig]) -> None:
    """Checks that the runs are trained to the end, on the images that are there now: else none is surely held out."""
    for config in configs:
        if config.steps not in saved_steps(checkpoints_dir(config.run_dir)):
            raise ValueError(
                f"`run_dirs` must be finished runs; scripts/train.py goes on with one. Received: "
                f"{config.run_dir}, which has no checkpoint of step {config.steps}."
            )
        trained_on = read_json(os.path.join(config.run_dir, "config.json"))["data"]["fingerprint"]
        if trained_on != source.fingerprint():
            raise ValueError(
                f"`run_dirs` must be trained on the data as it is now, {config.data!r}. Received: "
                f"{config.run_dir}, trained on other files."
            )
