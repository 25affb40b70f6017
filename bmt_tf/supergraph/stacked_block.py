"""J candidates of one block with their weights stacked: one variable for each weight of the block."""

import keras
import tensorflow as tf

from bmt_tf.layers import random_states
from bmt_tf.models.blocks import Block


class StackedBlock(keras.layers.Layer):
    """J candidates of a block: its own definition, applied with the weights of one candidate after the other.

    The last batch norm of a candidate has no learned scale and shift. The candidates start alike. Modes are those of
    `Supergraph.forward`. Source: BMTAS, sec. 3.1 and appendix A.
    """

    def __init__(self, block: Block, channels: int, candidates: int):
        super().__init__(name=block.name)
        template = block.model(channels, plain_last_norm=True)
        self.output_channels = template.output.shape[-1]
        # A bound method, so that Keras does not take the template's own weights for weights of this layer.
        self._apply = template.stateless_call
        self._candidates = candidates
        self._trained = [self._stacked(variable) for variable in template.trainable_variables]
        self._kept = [self._stacked(variable) for variable in template.non_trainable_variables]
        # What a dropout layer draws next; it moves on in the alpha phase too, unlike the moving moments.
        drawn = {id(variable) for variable in random_states(template)}
        self._draws = [id(variable) in drawn for variable in template.non_trainable_variables]
        self.built = True

    def soft(self, x: tf.Tensor, weights: tf.Tensor, mode: str) -> tf.Tensor:
        """Returns the sum of all candidates' outputs on `x` `[B, H, W, C]`, weighted by float32 `[J]`."""
        outputs, states = [], []
        # By unstacking, the gradient of a variable is put together in one piece.
        candidates = zip(*(tf.unstack(variable.value) for variable in (*self._trained, *self._kept)), strict=True)
        for values, weight in zip(candidates, tf.unstack(weights), strict=True):
            output, state = self._one(x, values, mode)
            outputs.append(tf.cast(weight, output.dtype) * output)
            states.append(state)
        for variable, values in self._moved(mode, zip(*states, strict=True)):
            variable.assign(tf.stack(values))
        return tf.add_n(outputs)

    def hard(self, x: tf.Tensor, candidate: tf.Tensor, mode: str) -> tf.Tensor:
        """Returns the output on `x` `[B, H, W, C]` of one candidate, an int32 scalar; the others are not computed."""
        values = [tf.convert_to_tensor(variable.value)[candidate] for variable in (*self._trained, *self._kept)]
        output, state = self._one(x, values, mode)
        for variable, value in self._moved(mode, state):
            variable.assign(tf.tensor_scatter_nd_update(variable.value, [[candidate]], value[None]))
        return output

    def fill(self, candidate: int, node: keras.Model) -> None:
        """Sets the weights of one candidate to those of the block as a model, built with the plain last norm."""
        for variable, value in self._pairs(node):
            values = variable.numpy()
            values[candidate] = value.numpy()
            variable.assign(values)

    def copy_to(self, candidate: int, node: keras.Model) -> None:
        """Sets the weights of a model, built with the plain last norm, to those of one candidate."""
        for variable, value in self._pairs(node):
            value.assign(variable.numpy()[candidate])

    def _one(self, x, values, mode):
        """Returns the output of the candidate with these weights, and its moving moments after it."""
        trained, state = values[: len(self._trained)], values[len(self._trained) :]
        if mode == "alpha":
            trained = [tf.stop_gradient(value) for value in trained]
        return self._apply(trained, state, x, training=mode != "inference")

    def _moved(self, mode, states):
        """Yields the variables that an application in this mode moves, each with its new value."""
        if mode != "inference":
            for variable, value, draws in zip(self._kept, states, self._draws, strict=True):
                if draws or mode == "theta":
                    yield variable, value

    def _pairs(self, node):
        yield from zip(self._trained, node.trainable_variables, strict=True)
        yield from zip(self._kept, node.non_trainable_variables, strict=True)

    def _stacked(self, variable):
        value, name = variable.numpy(), variable.path.replace("/", "_")
        stacked = self.add_weight(
            shape=(self._candidates, *variable.shape),
            initializer=lambda shape, dtype: tf.broadcast_to(tf.constant(value, dtype), shape),
            dtype=variable.dtype,
            trainable=variable.trainable,
            autocast=False,  # The template's variable, which the value stands in for, is cast.
            aggregation="mean" if variable.trainable else "only_first_replica",
            name=name,
        )
        # Keras leaves what lists hold out of `tf.train.Checkpoint`. Not by name: layers that were given none are
        # numbered through the process, and a search that goes on has built fewer of them before.
        setattr(self, f"stacked_{len(self.weights)}", stacked)
        return stacked
