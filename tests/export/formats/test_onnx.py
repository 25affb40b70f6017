"""An ONNX file computes its entry point's path alone; an operator that has no mapping is named."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from bmt_tf.export.formats import FORMATS
from bmt_tf.export.formats.onnx import OPSET, squeeze_outputs


def test_the_file_of_a_task_computes_its_path_alone(exported):
    """Convolutions: of the trunk two, and of a dense task's head one."""
    for task, convolutions in {"serve": 6, "depth": 3, "scene": 2}.items():
        graph = onnx.load(f"{exported('onnx').folder}/{task}.onnx").graph
        assert sum(node.op_type == "Conv" for node in graph.node) == convolutions


def test_names_are_those_of_the_signature(exported, tasks):
    graph = onnx.load(f"{exported('onnx').folder}/serve.onnx").graph
    assert [value.name for value in graph.input] == ["image"]
    assert {value.name for value in graph.output} == {task.name for task in tasks}


def test_an_operator_without_a_mapping_is_named(outlandish, tmp_path):
    with pytest.raises(ValueError, match=r"`formats` may name onnx .*Received: a network with Igamma in .*outlandish"):
        FORMATS["onnx"].write(str(tmp_path), outlandish, (None,), ())


def test_an_output_has_no_more_axes_than_the_network_gives_it():
    """As tf2onnx writes one channel in some processes: the last transposition is a reshape with an axis more."""
    nodes = [
        helper.make_node("Reshape", ["logits", "form"], ["edge"]),
        helper.make_node("Identity", ["edge"], ["read"]),
        helper.make_node("Sigmoid", ["logits"], ["depth"]),
    ]
    forms = {"edge": [1, "B", "H", "W", 1], "read": list("BHWC"), "depth": list("BCHW"), "logits": list("BCHW")}
    *outputs, image = (helper.make_tensor_value_info(name, TensorProto.FLOAT, form) for name, form in forms.items())
    form = numpy_helper.from_array(np.array([1, -1, 0, 0, 1]), "form")
    graph = helper.make_graph(nodes, "network", [image], outputs, [form])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    squeeze_outputs(model, dict.fromkeys(("edge", "read", "depth"), 4))
    onnx.checker.check_model(model, full_check=True)
    logits = np.random.default_rng(0).normal(size=(2, 1, 3, 5)).astype(np.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    edge, read, depth = session.run(["edge", "read", "depth"], {"logits": logits})
    np.testing.assert_array_equal(edge, logits.transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(read, edge)
    assert depth.shape == logits.shape
