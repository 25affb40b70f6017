"""J candidates of one block with their weights stacked: one variable for each weight of the block."""

import keras
import tensorflow as tf

from bmt_tf.models.blocks import Block


class StackedBlock(keras.layers.Layer):
    """The candidates of a block: its own definition, applied with the weights of one candidate after the other.

    The last batch norm of a candidate has no learned scale and shift. The candidates start alike.
    Source: BMTAS, sec. 3.1 and 3.2.

    Args:
        block: The block, made of any layers.
        channels: Channels of its input.
        candidates: Number of candidates, J.
    """

    def __init__(self, block: Block, channels: int, candidates: int):
        super().__init__(name=block.name)
        template = block.model(channels, plain_last_norm=True)
        self.output_channels = template.output.shape[-1]
        # Bound methods, so that Keras does not take the template's own weights for weights of this layer.
        self._apply = template.stateless_call
        self._candidates = candidates
        self._trained = [self._stacked(variable) for variable in template.trainable_variables]
        self._kept = [self._stacked(variable) for variable in template.non_trainable_variables]
        self.built = True

    def _stacked(self, variable) -> keras.Variable:
        value = variable.numpy()
        return self.add_weight(
            shape=(self._candidates, *variable.shape),
            initializer=lambda shape, dtype: tf.broadcast_to(tf.constant(value, dtype), shape),
            dtype=variable.dtype,
            trainable=variable.trainable,
            autocast=variable._autocast,
            aggregation="mean" if variable.trainable else "only_first_replica",
            name=variable.path.removeprefix(f"{self.name}/").replace("/", "_"),
        )

    def soft(self, x: tf.Tensor, weights: tf.Tensor, mode: str) -> tf.Tensor:
        """Returns the sum of all candidates' outputs, weighted.

        Args:
            x: `[B, H, W, C]`.
            weights: Float32 `[J]`.
            mode: As for `Supergraph`.
        """
        outputs, kept = [], []
        for trained, before, weight in zip(*map(self._split, (self._trained, self._kept)), tf.unstack(weights)):
            output, after = self._one(x, trained, before, mode)
            outputs.append(output * tf.cast(weight, output.dtype))
            kept.append(after)
        if mode == "theta":
            for variable, values in zip(self._kept, zip(*kept)):
                variable.assign(tf.stack(values))
        return tf.add_n(outputs)

    def hard(self, x: tf.Tensor, candidate: tf.Tensor, mode: str) -> tf.Tensor:
        """Returns the output of one candidate; the others are not computed.

        Args:
            x: `[B, H, W, C]`.
            candidate: int32 scalar.
            mode: As for `Supergraph`.
        """
        trained, before = ([tf.convert_to_tensor(v.value)[candidate] for v in vs] for vs in (self._trained, self._kept))
        output, after = self._one(x, trained, before, mode)
        if mode == "theta":
            for variable, value in zip(self._kept, after):
                variable.assign(tf.tensor_scatter_nd_update(variable.value, [[candidate]], value[None]))
        return output
