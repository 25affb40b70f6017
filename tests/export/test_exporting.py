"""A trained run becomes a SavedModel that TensorFlow alone can serve, and only if it predicts the same."""

import dataclasses
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.export import export_saved_model, exporting
from bmt_tf.export.formats import table
from bmt_tf.export.serving import Exportable
from bmt_tf.runs import Run

pytestmark = pytest.mark.long

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2dNative")
# Loads as Python users do, and as TensorFlow Serving does; this package is out of reach.
CONSUMER = """
import sys
sys.modules["bmt_tf"] = sys.modules["keras"] = None
import numpy as np, tensorflow as tf
path, image, output = sys.argv[1:]
image = np.load(image)
loaded = tf.saved_model.load(path)
found = {f"eager_{name}": value.numpy() for name, value in loaded.serve(image).items()}
with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    signatures = tf.compat.v1.saved_model.load(session, ["serve"], path).signature_def
    for endpoint in ("serving_default", "depth"):
        signature = signatures[endpoint]
        outputs = {name: tensor.name for name, tensor in signature.outputs.items()}
        values = session.run(outputs, {signature.inputs["image"].name: image})
        found |= {f"{endpoint}_{name}": value for name, value in values.items()}
np.savez(output, **found)
"""


@pytest.fixture(scope="module")
def run_dir(trained, tmp_path_factory):
    """The run `trained`, copied: of a tree in which the tasks part in the middle."""
    return shutil.copytree(trained.run_dir, str(tmp_path_factory.mktemp("runs") / "run"))


@pytest.fixture(scope="module")
def exported(run_dir):
    return export_saved_model(run_dir, images=2)


def test_the_run_directory_holds_a_model_that_was_compared(run_dir, exported):
    assert exported == f"{run_dir}/saved_model"
    with open(f"{exported}/assets.extra/signature.json") as file:
        description = json.load(file)
    assert description["made_by"]["step"] == 3
    assert description["made_by"]["compared"]["images"] == 2
    assert set(description["made_by"]["compared"]["differing_share"]) == {"semseg", "depth"}
    for row in description["made_by"]["compared"]["scores"].values():
        assert row["served"] == pytest.approx(row["checkpoint"], rel=0.01)
    assert description["input"]["padded_to_multiple_of"] == 8


@pytest.fixture(scope="module")
def loaded_run(run_dir):
    run = Run.load(run_dir)
    return run, run.trained()


def test_tensorflow_alone_serves_it(loaded_run, exported, tmp_path):
    image = np.random.default_rng(0).integers(0, 256, [2, 32, 48, 3], np.uint8)
    np.save(tmp_path / "image.npy", image)
    paths = [exported, str(tmp_path / "image.npy"), str(tmp_path / "found.npz")]
    done = subprocess.run([sys.executable, "-c", CONSUMER, *paths], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = np.load(tmp_path / "found.npz")
    model = loaded_run[1].network
    depth = np.maximum(model(image.astype(np.float32), training=False)["depth"], 0)
    for name in ("eager_depth", "serving_default_depth", "depth_depth"):
        np.testing.assert_allclose(found[name], depth, atol=1e-4)
    for prefix in ("eager", "serving_default"):
        assert {name for name in found.files if name.startswith(prefix)} == {
            f"{prefix}_{task}" for task in ("semseg", "depth")
        }


def test_the_endpoint_of_a_task_runs_its_path_alone(loaded_run, exported):
    """The convolutions in each endpoint's graph are those of the nodes that the tree puts on the task's path."""
    run, (model, _) = loaded_run
    config, grouping = run.settings, run.grouping
    loaded = tf.saved_model.load(exported)

    def convolutions(node):
        return sum(type(layer).__name__ in ("Conv2D", "DepthwiseConv2D") for layer in model.get_layer(node).layers)

    def in_graph(endpoint):
        graph = getattr(loaded, endpoint).concrete_functions[0].graph
        return sum(operation.type in CONVOLUTIONS for operation in graph.get_operations())

    for task in config.tasks:
        nodes = ["stem", f"head_{task}"]
        for block in grouping.blocks:
            index = next(index for index, part in enumerate(grouping.parts(block)) if task in part)
            nodes.append(f"{block}_g{index}")
        assert in_graph(task) == sum(map(convolutions, nodes))
    nodes = [layer.name for layer in model.layers if layer.name != "image"]
    assert in_graph("serve") == sum(map(convolutions, nodes)) > in_graph("depth")


@pytest.fixture
def quick_export(exported, loaded_run, monkeypatch):
    """Takes the slow steps out of exporting; they run for real above and in the tests of `compare`."""

    def copy(path, *_, **__):
        shutil.copytree(exported, path, dirs_exist_ok=True)

    monkeypatch.setattr(Run, "trained", lambda *_: loaded_run[1])
    monkeypatch.setattr(table, "write_saved_model", copy)
    monkeypatch.setattr(exporting, "compare", lambda *_, **__: {})


def test_a_model_that_predicts_something_else_is_not_kept(run_dir, exported, quick_export, monkeypatch, tmp_path):
    def refuse(served, *_, **__):
        raise RuntimeError(served.folder)

    monkeypatch.setattr(exporting, "compare", refuse)
    shutil.copytree(exported, tmp_path / "earlier")
    (tmp_path / "earlier" / "assets.extra" / "signature.json").write_text("{}")
    for name in ("new", "earlier"):
        with pytest.raises(RuntimeError, match=f"{name}.partial"):
            export_saved_model(run_dir, str(tmp_path / name))
    assert [path.name for path in tmp_path.iterdir()] == ["earlier"]
    assert (tmp_path / "earlier" / "assets.extra" / "signature.json").read_text() == "{}"


def test_an_earlier_export_is_replaced_and_nothing_else(run_dir, exported, quick_export, tmp_path):
    output = tmp_path / "models" / "1"
    shutil.copytree(exported, output)
    (output / "assets.extra" / "signature.json").write_text("{}")
    (tmp_path / "models" / "1.partial").mkdir()
    assert export_saved_model(run_dir, f"{output}/") == str(output)
    assert json.loads((output / "assets.extra" / "signature.json").read_text())["version"] == 2
    assert [path.name for path in output.parent.iterdir()] == ["1"]

    (output / "mine.txt").write_text("kept")
    with pytest.raises(FileExistsError, match=r"`output` must be a new directory or an earlier export.*mine\.txt"):
        export_saved_model(run_dir, str(output))
    with pytest.raises(FileExistsError, match="the file"):
        export_saved_model(run_dir, str(output / "mine.txt"))
    assert (output / "mine.txt").read_text() == "kept"


def test_wrong_arguments_are_refused(run_dir):
    with pytest.raises(ValueError, match="`serve_size` must be a height and a width"):
        export_saved_model(run_dir, serve_size=(32,))
    with pytest.raises(ValueError, match="`images` must be at least 1"):
        export_saved_model(run_dir, images=0)


def test_a_place_that_cannot_be_written_is_named(run_dir, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"`output` must be a place that can be written.*file/model"):
        export_saved_model(run_dir, str(tmp_path / "file" / "model"))


def test_names_that_a_saved_model_has_itself_are_refused(network, tasks):
    renamed = dataclasses.replace(tasks[1], name="variables")
    with pytest.raises(ValueError, match=r"Received: \['variables'\]"):
        Exportable(network, [renamed], 4)
