"""An ONNX file computes its entry point's path alone; an operator that has no mapping is named."""

import onnx
import pytest

from bmt_tf.export.formats import FORMATS


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
