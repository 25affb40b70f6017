"""The relaxed network of a branch search: J candidates for every block, one head per task."""

import dataclasses
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from bmt_tf.grouping import Grouping
from bmt_tf.layers import assign_random_states
from bmt_tf.models.branched import build_branched
from bmt_tf.models.encoder import Encoder
from bmt_tf.models.heads.registry import head_of
from bmt_tf.supergraph.stacked_block import StackedBlock
from bmt_tf.supergraph.warm_up import warm_up_grouping

MODES = ("theta", "alpha", "inference")


class Supergraph(keras.layers.Layer):
    """A network in which a task's routing mixes, or chooses among, the candidates of every block.

    Built in the strategy's scope. Under several replicas all must be given the same routing.
    Source: BMTAS, sec. 3.1.

    The candidates of a block start alike: `load_branched` gives them the weights of a warmed-up (or just pretrained)
    network of the tree `warm_up_grouping`.

    Args:
        encoder: The `Encoder`.
        tasks: The `Task`s.
        candidates: Candidates per block, J; by default as many as tasks.

    Attributes:
        alpha: Float32 variable `[L, T, J]`, unnormalised log-probabilities of the routing, zeros at first.

    Raises:
        ValueError: There is no task or block, or `candidates` is below 1.
    """

    def __init__(self, encoder: Encoder, tasks: Sequence, candidates: int | None = None):
        super().__init__(name="supergraph")
        tasks = tuple(tasks)
        names = tuple(task.name for task in tasks)
        if not tasks or len(set(names)) < len(names):
            raise ValueError(f"`tasks` must be one or more different tasks. Received: {names}.")
        if not encoder.blocks:
            raise ValueError(f"`encoder` must have at least one block. Received: {encoder.name} without blocks.")
        candidates = len(tasks) if candidates is None else candidates
        if candidates < 1:
            raise ValueError(f"`candidates` must be at least 1. Received: candidates={candidates}.")
        self.encoder, self.tasks, self.candidates = encoder, tasks, candidates
        self.task_names = names
        self.alpha = self.add_weight(
            shape=(len(encoder.blocks), len(tasks), candidates), initializer="zeros", name="alpha", autocast=False
        )
        self.stem, self.blocks = encoder.stem_model(), []
        features = encoder.walk(self.stem.input, self._build_step)
        self.heads = {task.name: encoder.head_model(task, features) for task in tasks}
        self._wanted = {name for task in tasks for name in head_of(task).given(task, features)}
        # Keras leaves what lists and dicts hold out of `tf.train.Checkpoint`.
        self._checkpointed = tf.train.Checkpoint(blocks=list(self.blocks), heads=dict(self.heads))
        self.built = True
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        # One trace serves all tasks; a nested function cannot hold the synchronized batch norm of several replicas.
        self._encode = _shared(self._features) if replicas == 1 else self._features

    def forward(self, image: tf.Tensor, task_name: str, routing: tf.Tensor, *, mode: str) -> tf.Tensor:
        """Returns the logits of one task.

        Args:
            image: Float32 RGB 0..255 `[B, H, W, 3]`.
            task_name: The task.
            routing: This task's routing: float32 weights of the candidates `[L, J]`, all of which are computed, or
                int32 candidates `[L]`, which alone are computed.
            mode: `"theta"` (batch norm by the batch's moments, moving ones updated), `"alpha"` (the batch's moments,
                moving ones untouched; in the encoder only the routing gets a gradient) or `"inference"` (moving
                moments). Dropout, where there is any, draws a fresh mask in the first two.

        Returns:
            Float32 `[B, H, W, channels]` for a dense task.

        Raises:
            ValueError: `task_name` or `mode` is unknown, or `routing` is not of the right shape.
        """
        if task_name not in self.heads:
            raise ValueError(f"`task_name` must be one of {self.task_names}. Received: task_name={task_name!r}.")
        if mode not in MODES:
            raise ValueError(f"`mode` must be one of {MODES}. Received: mode={mode!r}.")
        image, routing = tf.convert_to_tensor(image), tf.convert_to_tensor(routing)
        blocks = len(self.blocks)
        if routing.shape.as_list() != ([blocks] if routing.dtype.is_integer else [blocks, self.candidates]):
            raise ValueError(
                f"`routing` must be floats [{blocks}, {self.candidates}] or integers [{blocks}]. "
                f"Received: {routing.dtype.name} {routing.shape}."
            )
        features = self._encode(image, routing, mode)
        task = self.tasks[self.task_names.index(task_name)]
        return _apply(self.heads[task_name], self.encoder.head_inputs(task, features, image), mode)

    def theta_variables(self, task_name: str) -> list[keras.Variable]:
        """Returns the weights that an update for a task may change: stem, all candidates, the task's head.

        Args:
            task_name: The task.
        """
        parts = (self.stem, *self.blocks, self.heads[task_name])
        return [variable for part in parts for variable in part.trainable_variables]

    @property
    def moving_statistics(self) -> list[keras.Variable]:
        """The moving means and variances of stem and candidates."""
        kept = [variable for part in (self.stem, *self.blocks) for variable in part.non_trainable_variables]
        return [variable for variable in kept if variable.name.endswith(("moving_mean", "moving_variance"))]

    def reset_moving_statistics(self) -> None:
        """Sets the moving means of stem and candidates to 0, their variances to 1."""
        for variable in self.moving_statistics:
            start = tf.zeros if variable.name.endswith("moving_mean") else tf.ones
            variable.assign(start(variable.shape, variable.dtype))

    def load_branched(self, model: keras.Model, grouping: Grouping) -> None:
        """Starts the candidates, the stem and the heads from a network of the warm-up's tree.

        With more candidates than tasks the rest start from the first tasks' again.

        Args:
            model: A network of `build_branched` with `plain_last_norm`, for the same encoder and tasks.
            grouping: Its tree, that of `warm_up_grouping`.

        Raises:
            ValueError: The tree is another.
        """
        expected = warm_up_grouping(self.task_names, self.encoder.block_names, self.candidates)
        if dataclasses.replace(grouping, encoder="") != expected:
            raise ValueError(
                f"`grouping` must be warm_up_grouping of tasks {expected.tasks}, blocks {expected.blocks} and "
                f"{self.candidates} candidates. Received: {grouping}."
            )
        for block in self.blocks:
            parts = [node.name for node in grouping.nodes() if node.block == block.name]
            for candidate in range(self.candidates):
                block.fill(candidate, model.get_layer(parts[candidate % len(parts)]))
        for part in (self.stem, *self.heads.values()):
            _copy(model.get_layer(part.name), part)

    def to_branched(self, routing: np.ndarray) -> keras.Model:
        """Returns the branched network that a routing gives, with this network's weights.

        Args:
            routing: Integers `[L, T]`, the candidate of each task at each block.

        Returns:
            The network of `Grouping.from_routing`, whose blocks have plain last norms.
        """
        routing = np.asarray(routing)
        grouping = Grouping.from_routing(self.task_names, self.encoder.block_names, routing, self.encoder.name)
        model = build_branched(self.encoder, self.tasks, grouping, plain_last_norm=True, seed=0)  # filled below
        for block, row in zip(self.blocks, routing, strict=True):
            for node in grouping.nodes():
                if node.block == block.name:
                    candidate = row[self.task_names.index(node.tasks[0])]
                    block.copy_to(candidate, model.get_layer(node.name))
        for part in (self.stem, *self.heads.values()):
            _copy(part, model.get_layer(part.name))
        return model

    def _build_step(self, block, x):
        if block is self.encoder.stem:
            return self.stem.output
        self.blocks.append(StackedBlock(block, x.shape[-1], self.candidates))
        return keras.KerasTensor((None, None, None, self.blocks[-1].output_channels))

    def _features(self, image, routing, mode):
        """Returns the features that heads want, by name; what is handed out beside them costs memory and gradients."""
        candidates = {
            block.name: (block, choice) for block, choice in zip(self.blocks, tf.unstack(routing), strict=True)
        }

        def apply(block, x):
            if block is self.encoder.stem:
                outputs = _apply(self.stem, tf.stop_gradient(x), mode)
                return tf.nest.map_structure(tf.stop_gradient, outputs) if mode == "alpha" else outputs
            stacked, choice = candidates[block.name]
            return stacked.hard(x, choice, mode) if routing.dtype.is_integer else stacked.soft(x, choice, mode)

        features = self.encoder.walk(image, apply)
        return {name: features[name] for name in self._wanted}


def _apply(model, inputs, mode):
    if mode != "alpha":
        return model(inputs, training=mode == "theta")
    outputs, state = model.stateless_call(
        model.trainable_variables, model.non_trainable_variables, inputs, training=True
    )
    assign_random_states(model, state)
    return outputs


def _copy(source, target):
    for variable, value in zip(target.variables, source.variables, strict=True):
        variable.assign(value)


def _shared(function):
    # Not to be inlined: TensorFlow would optimize its graph once for every task.
    return tf.function(function, autograph=False, experimental_attributes={"_noinline": True})
