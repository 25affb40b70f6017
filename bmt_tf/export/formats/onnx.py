"""ONNX: for ONNX Runtime and whatever else reads it, browsers included."""

import logging
from collections.abc import Mapping

import numpy as np

from bmt_tf import _files as files
from bmt_tf._threads import thread_count
from bmt_tf.export.description import Description
from bmt_tf.export.freezing import where
from bmt_tf.export.served import ServedNetwork, Size
from bmt_tf.export.serving import INPUT, Exportable

OPSET = 17  # the version of the operators: read by ONNX Runtime from 1.12 (2022) on


def write_onnx(folder: str, network: Exportable) -> None:
    """Writes one file per entry point, `serve.onnx` and `<task>.onnx`; each takes batches of images of any size."""
    for name, function in network.entry_points().items():
        files.write_bytes(files.join(folder, f"{name}.onnx"), _converted(function))


def _converted(function) -> bytes:
    import onnx
    import tf2onnx

    level = logging.getLogger("tf2onnx").level
    logging.getLogger("tf2onnx").setLevel(logging.CRITICAL)  # What it lacks is said below.
    try:
        model, _ = tf2onnx.convert.from_function(function, [INPUT], opset=OPSET)
    finally:
        logging.getLogger("tf2onnx").setLevel(level)
    # It leaves an operator that it has no mapping for as it is, in a model that nothing can run.
    nodes = [*model.graph.node, *(node for each in model.functions for node in each.node)]
    unknown = sorted({node.op_type for node in nodes if not onnx.defs.has(node.op_type, node.domain)})
    if unknown:
        raise ValueError(
            f"`formats` may name onnx only for a network whose operators tf2onnx can map. Received: a network with "
            f"{where(function, unknown)}."
        )
    ranks = {name: output.shape.rank for name, output in function.get_concrete_function().structured_outputs.items()}
    squeeze_outputs(model, ranks)
    return model.SerializeToString()


def squeeze_outputs(model, ranks: Mapping[str, int]) -> None:
    """Takes from a model the axes of one that stand in front of its outputs.

    tf2onnx (1.17) makes a reshape to `[1, B, H, W, C]` of the last transposition of an output of one channel, and puts
    what takes the axis away again behind it for those that read it: not for an output of the network, that nothing
    reads. Whether the transposition is the last depends on the order of a set, which is another in each process.

    Args:
        model: `onnx.ModelProto`, which is changed.
        ranks: By output the number of axes that it must have.
    """
    from onnx import helper, numpy_helper

    for output in model.graph.output:
        form = output.type.tensor_type.shape
        axes = np.arange(len(form.dim) - ranks[output.name], dtype=np.int64)
        if not len(axes):
            continue
        whole, axes_name = f"{output.name}_of_more_axes", f"axes_of_{output.name}"
        [place] = [number for number, node in enumerate(model.graph.node) if output.name in node.output]
        made = model.graph.node[place]
        made.output[:] = [whole if name == output.name else name for name in made.output]
        model.graph.initializer.append(numpy_helper.from_array(axes, axes_name))
        model.graph.node.insert(place + 1, helper.make_node("Squeeze", [whole, axes_name], [output.name]))
        del form.dim[: len(axes)]


class Onnx(ServedNetwork):
    """A network in ONNX Runtime, on the CPU."""

    def __init__(self, folder: str, description: Description):
        super().__init__(folder, description)
        self._sessions = {}

    def run(self, images: np.ndarray, entry_point: str, size: Size) -> dict[str, np.ndarray]:
        session = self._session(entry_point)
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(names, {INPUT.name: images}), strict=True))

    def _session(self, entry_point: str):
        if entry_point not in self._sessions:
            import onnxruntime

            content = files.read_bytes(files.join(self.folder, f"{entry_point}.onnx"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = thread_count()
            # Threads that wait for each other in a loop are a little faster on an idle machine, but take the cores from
            # those that they wait for on one with other work: a quarter of the calls took 7 times as long.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._sessions[entry_point] = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        return self._sessions[entry_point]
