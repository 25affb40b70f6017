"""MTAN: one shared encoder, and per task and stage an attention that says which of its features the task takes."""

import keras

from bmt_tf.models.assembly import step_model
from bmt_tf.models.blocks import Block
from bmt_tf.models.convolutions import DEPTHWISE_INITIALIZER, Style, conv_norm
from bmt_tf.models.encoder import Encoder
from bmt_tf.models.fresh_weights import drawn_for
from bmt_tf.models.soft_sharing.stages import stage_ends

_TRUNK = ""  # stands for the shared encoder among the names of tasks


class AttendedWalk:
    """What the steps of an encoder do in MTAN: `apply` is for `Encoder.walk`, over features by task.

    Per task and stage a mask `sigmoid(BN(1x1(ReLU(BN(1x1(in))))))` multiplies the stage's last features; `in` are the
    features before the stage's last block, beside what the previous stage carried on. A 3x3 convolution, which all
    tasks share, carries the result on to the next stage, or to what follows the last one, which is computed for each
    task by itself. A task's low-level features are those it attends to at that place, where it attends there.
    Source: Liu et al., End-to-End Multi-Task Learning with Attention, 2019, sec. 3.2, in the form of the authors' code
    for SegNet, which the costs printed in BMTAS, tables 1 and 2, imply. The features before the last block, that 3x3
    kernels are shared and that the ASPP's are not, are readings: costs do not tell. Where a stage is one block that
    reduces the size, its own output takes the place of the features before it.
    """

    def __init__(self, encoder: Encoder, nodes, tasks: tuple[str, ...], seed: int):
        self._encoder, self._tasks, self._seed = encoder, tasks, seed
        self._ends = stage_ends(encoder)
        self._names = {(node.block, task): node.name for node in nodes for task in node.tasks}
        side = 8 * encoder.stride
        self._size = keras.KerasTensor((1, side, side, 3))  # follows the shared features, for their size
        self._attended: dict[str, keras.KerasTensor] = {}
        self._attended_side = 0

    def apply(self, block: Block, features: dict) -> dict | tuple:
        """Returns the features by task after a step; for a stem with the low-level features inside, these too."""
        if block is self._encoder.stem:
            model = self._step(block, self._tasks[0], 3)
            x, self._size = model(features[self._tasks[0]]), model.compute_output_spec(self._size)
            if not self._encoder.low_level_in_stem:
                return self._everyone(x)
            self._size = self._size[0]
            return self._everyone(x[0]), self._everyone(x[1])
        if _TRUNK not in features:
            return {task: self._step(block, task, x.shape[-1])(x) for task, x in features.items()}
        if block.name not in self._ends:
            model = self._step(block, self._tasks[0], features[_TRUNK].shape[-1])
            self._size = model.compute_output_spec(self._size)
            return self._everyone(model(features[_TRUNK]))
        return self._attend(block, features[_TRUNK])

    def _attend(self, block: Block, x) -> dict:
        inside = block.parts[-2].name if len(block.parts) > 1 else None
        model = self._step(block, self._tasks[0], x.shape[-1], inside)
        output, size = model(x), model.compute_output_spec(self._size)
        before, before_size = x, self._size
        if inside:
            (output, before), (size, before_size) = output, size
        self._size = size
        if before_size.shape[1] != size.shape[1]:
            before, before_size = output, size
        taken = {task: [before] for task in self._tasks}
        if self._attended:
            carried = self._carried(block.name, before.shape[-1], before_size.shape[1])
            taken = {task: [before, carried[task]] for task in self._tasks}
        for task in self._tasks:
            name = f"attend_{block.name}_of_{task}"
            with drawn_for(self._seed, name):
                attention = _attention(
                    name, [one.shape[-1] for one in taken[task]], output.shape[-1], self._encoder.style
                )
            self._attended[task] = attention([*taken[task], output])
        self._attended_side = size.shape[1]
        if block.name != self._ends[-1]:
            return {_TRUNK: output, **self._attended}
        return self._carried("end", output.shape[-1], self._attended_side)

    def _carried(self, name: str, channels: int, side: int) -> dict:
        """Returns every task's attended features after the shared convolution, at the size of the next mask."""
        name = f"carry_{name}"
        width = self._attended[self._tasks[0]].shape[-1]
        with drawn_for(self._seed, name):
            carry = _carry(name, width, channels, round(self._attended_side / side), self._encoder.style)
        return {task: carry(x) for task, x in self._attended.items()}

    def _step(self, block, task, channels, tap=None):
        return step_model(self._encoder, block, self._names[block.name, task], channels, self._seed, tap=tap)

    def _everyone(self, x) -> dict:
        return dict.fromkeys((_TRUNK, *self._tasks), x)


def _attention(name: str, widths: list[int], channels: int, style: Style) -> keras.Model:
    """Returns the attention of one task at one stage: features for the mask, and those of the stage -> attended ones.

    The mask is float32 under mixed precision.
    """
    dtype = keras.config.dtype_policy().compute_dtype
    taken = [keras.Input((None, None, width), dtype=dtype) for width in widths]
    features = keras.Input((None, None, channels), dtype=dtype)
    x = keras.layers.Concatenate(name="concat")(taken) if len(taken) > 1 else taken[0]
    x = conv_norm(x, "mask1", channels, style, use_bias=True)
    x = conv_norm(x, "mask2", channels, style, use_bias=True, activate=False)
    mask = keras.layers.Activation("sigmoid", dtype="float32", name="mask")(x)
    return keras.Model([*taken, features], keras.layers.Multiply(name="attended")([mask, features]), name=name)


def _carry(name: str, width: int, channels: int, pool: int, style: Style) -> keras.Model:
    """Returns what carries attended features on: a 3x3 convolution, separable where the style is, and max pooling."""
    features = x = keras.Input((None, None, width), dtype=keras.config.dtype_policy().compute_dtype)
    if style.separable:
        x = keras.layers.DepthwiseConv2D(
            3, padding="same", depthwise_initializer=DEPTHWISE_INITIALIZER.clone(), name="depthwise"
        )(x)
    x = conv_norm(x, "convolution", channels, style, 1 if style.separable else 3, use_bias=True)
    if pool > 1:  # Where the size is odd the shared features round up, and so must these.
        x = keras.layers.MaxPooling2D(pool, padding="same", name="pool")(x)
    return keras.Model(features, x, name=name)
