"""The encoder, the tree or other structure, and the network that a run's settings name."""

import contextlib
import dataclasses
import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import keras
import numpy as np

from bmt_tf.grouping import Grouping
from bmt_tf.models import Encoder, SoftSharing, build_branched, get_encoder, load_pretrained
from bmt_tf.models.fresh_weights import network_seed
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.runs.config import RunConfig, TrainConfig
from bmt_tf.runs.paths import RunPaths
from bmt_tf.runs.settings import EncoderSettings
from bmt_tf.tasks import Task


def make_encoder(settings: EncoderSettings, dropout: float = 0.0) -> Encoder:
    """Returns the encoder that settings name, with dropout where it is to be trained with any."""
    # An encoder need know neither of dropout nor of an (R-)ASPP.
    options = ({"dropout": dropout} if dropout else {}) | ({} if settings.aspp else {"aspp": False})
    encoder = get_encoder(settings.encoder, output_stride=settings.output_stride, **options)
    return (encoder.merged() if settings.by_stage else encoder).folded(settings.folded)


def resolve_structure(settings: TrainConfig, encoder: Encoder) -> Grouping | SoftSharing:
    """Returns what says which network a run has: its tree, or how its tasks share softly."""
    if settings.has_tree:
        return resolve_grouping(settings, encoder)
    units = {name: getattr(settings, name) for name in ("own_share", "per_channel", "stages_only")}
    return SoftSharing(settings.network, encoder, settings.tasks, **units)


def resolve_grouping(settings: TrainConfig, encoder: Encoder) -> Grouping:
    """Returns the tree of a run: a grouping read from a file, or one of the two extremes."""
    extremes = {"shared": Grouping.shared, "separate": Grouping.separate}
    if settings.grouping in extremes:
        return extremes[settings.grouping](settings.tasks, encoder.block_names, encoder=encoder.name)
    grouping = Grouping.load(settings.grouping)
    if set(grouping.tasks) == set(settings.tasks):  # the same tree, whatever the order of its tasks
        grouping = dataclasses.replace(grouping, tasks=settings.tasks)
    expected = {"encoder": encoder.name, "blocks": encoder.block_names, "tasks": settings.tasks}
    for name, value in expected.items():
        received = getattr(grouping, name)
        if received != value and received != "":
            raise ValueError(
                f"`grouping` must be made for the {name} of the run, {value}. "
                f"Received: {settings.grouping} with {received}."
            )
    return grouping


def build_network(
    settings: RunConfig,
    encoder: Encoder,
    structure: Grouping | SoftSharing,
    tasks: tuple[Task, ...],
    *,
    pretrained: bool = True,
    plain_last_norm: bool = False,
) -> keras.Model:
    """Returns the network of a tree, or of another structure; fresh weights are drawn by the settings' seed.

    Without `pretrained` it is about to be filled from a checkpoint; `plain_last_norm` is as in `build_branched`.
    """
    seed = network_seed(settings.seed)
    with dtype_policy(settings):
        if isinstance(structure, Grouping):
            model = build_branched(encoder, tasks, structure, settings.image_size, plain_last_norm, seed)
        else:
            model = structure.build(tasks, settings.image_size, seed)
    if settings.weights and pretrained:
        load_pretrained(model, encoder, structure, weights=settings.weights)
    return model


@contextlib.contextmanager
def dtype_policy(settings: RunConfig) -> Iterator[None]:
    """Yields while layers are built with the number type of a run's activations."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if settings.bfloat16 else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def weights_digest(network: keras.Model) -> str:
    """Returns the SHA-256 of a network's weights, by which what was computed with it is known to be of it."""
    digest = hashlib.sha256()
    for value in network.get_weights():
        digest.update(f"{value.dtype} {value.shape}\n".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()


class Trained(NamedTuple):
    """A trained network, and the number of updates it has seen."""

    network: keras.Model
    step: int


def trained_network(
    settings: RunConfig,
    encoder: Encoder,
    structure: Grouping | SoftSharing,
    tasks: tuple[Task, ...],
    step: int | None = None,
) -> Trained:
    """Returns the network of a run as it was at a step; as in its newest whole checkpoint where none is given."""
    network = build_network(settings, encoder, structure, tasks, pretrained=False)
    restored = Checkpoints(RunPaths(settings.run_dir).checkpoints, writes=False, model=network).restore(step)
    if restored is None:
        raise FileNotFoundError(f"There is no checkpoint in {settings.run_dir}; it is written by scripts/train.py.")
    return Trained(network, restored)
