"""A network made of a few ONNX operators, whose tasks are drawn in every way there is, and a stand-in for its run."""

import types

import numpy as np
import onnx
from onnx import helper

from bmt_tf.export.description import describe, write_description
from bmt_tf.grouping import Grouping
from bmt_tf.tasks import get_task

SIZE = (24, 36)


def page_tasks():
    """Returns one task for each way of drawing, and two with one prediction per image."""
    return (
        get_task("semseg", classes=("wall", "floor", "</script>")),
        get_task("depth"),
        get_task("normals"),
        get_task("edge"),
        get_task("instances"),
        get_task("disparity"),
        get_task("keypoints"),
        get_task("scene", classes=("kitchen", "street")),
        get_task("attributes", classes=("old", "young", "tall")),
    )


def page_run(path, tasks):
    """Returns what the page asks of a run; its photographs are noise."""
    rng = np.random.default_rng(0)
    source = [{"image": rng.integers(0, 256, [*SIZE, 3], np.uint8)} for _ in range(4)]
    names = [task.name for task in tasks]
    return types.SimpleNamespace(
        path=str(path),
        tasks=tasks,
        settings=types.SimpleNamespace(encoder="small", has_tree=True),
        grouping=Grouping(names, ["one", "two"], [[names], [[name] for name in names]]),
        scored_split=lambda name: source,
    )


def write_network(folder, tasks):
    """Writes the ONNX export of the network: a convolution that all tasks share, and a product per task."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    stem = rng.normal(0, 0.1, [4, 3, 3, 3])
    weights = {task.name: rng.normal(0, 0.3, [4, task.channels]) for task in tasks}
    for name in ("serve", *weights):
        chosen = [task for task in tasks if name in ("serve", task.name)]
        (folder / f"{name}.onnx").write_bytes(_network(chosen, stem, weights))
    about = {"stride": 1, "serve_size": None, "made_by": {"step": 7, "compared": {"images": 2}}}
    write_description(str(folder), describe(tasks, format="onnx", sizes=(None,), **about))


def unknown_operator():
    """Returns an ONNX file with an operator that no runtime has."""
    image, output = (helper.make_tensor_value_info(name, onnx.TensorProto.UINT8, None) for name in ("image", "depth"))
    graph = helper.make_graph([helper.make_node("Igamma", ["image"], ["depth"])], "network", [image], [output])
    return _as_bytes(graph)


def _network(tasks, stem, weights):
    constants = {"stem": stem, "scale": np.array(1 / 255)} | {task.name: weights[task.name] for task in tasks}
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", ["float", "scale_c"], ["scaled"]),
        helper.make_node("Transpose", ["scaled"], ["first"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["first", "stem_c"], ["features"], pads=[1, 1, 1, 1]),
        helper.make_node("Transpose", ["features"], ["last"], perm=[0, 2, 3, 1]),
        helper.make_node("ReduceMean", ["last"], ["pooled"], axes=[1, 2], keepdims=0),
    ]
    outputs = []
    for task in tasks:
        categorical = task.kind.activation.categorical
        nodes += _head(task, "last" if task.kind.dense else "pooled", categorical)
        type_ = onnx.TensorProto.UINT8 if categorical else onnx.TensorProto.FLOAT
        outputs.append(helper.make_tensor_value_info(task.name, type_, None))
    image = helper.make_tensor_value_info("image", onnx.TensorProto.UINT8, ["b", "h", "w", 3])
    values = [onnx.numpy_helper.from_array(np.float32(value), f"{name}_c") for name, value in constants.items()]
    graph = helper.make_graph(nodes, "network", [image], outputs, values)
    return _as_bytes(graph)


def _as_bytes(graph):
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


def _head(task, features, categorical):
    last = {"unit": "LpNormalization", "softmax": "Softmax", "sigmoid": "Sigmoid"}
    nodes = [helper.make_node("MatMul", [features, f"{task.name}_c"], [f"{task.name}_0"])]
    if categorical:
        nodes.append(helper.make_node("ArgMax", [f"{task.name}_0"], [f"{task.name}_1"], axis=-1))
        return [*nodes, helper.make_node("Cast", [f"{task.name}_1"], [task.name], to=onnx.TensorProto.UINT8)]
    axis = {"axis": -1} if task.kind.activation.name in ("unit", "softmax") else {}
    kind = last.get(task.kind.activation.name, "Identity")
    return [*nodes, helper.make_node(kind, [f"{task.name}_0"], [task.name], **axis)]
