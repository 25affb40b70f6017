"""The notebooks run from the first cell to the last, at small size, and are stored without outputs."""

import ast
import re

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = [pytest.mark.long, pytest.mark.whole]

# A made-up encoder of three blocks in place of MobileNetV2, whose many layers take most of the time here.
SMALL = {
    "demo": """
        STUDY, DATA = "runs/demo", "scenes:train=24,val=4,height=32,width=48"
        TASKS, IMAGE_SIZE = ("semseg", "edge"), (32, 48)
        STEPS, BATCH_SIZE, LEARNING_RATE, HELD_OUT, BUDGET = 4, 4, 0.01, 8, "90%"
    """,
    "own_photographs": """
        FOLDER, STUDY, WEIGHTS, IMAGE_SIZE = "photographs", "runs/own", "", (32, 48)
        TASKS = ("semseg", "depth")
        STEPS, BATCH_SIZE, HELD_OUT, BUDGET, EXAMPLES = 4, 4, 8, "90%", {"train": 24, "val": 4}
    """,
    "search": """
        STUDY, DATA = "runs/search", "scenes:train=24,val=4,height=32,width=48"
        TASKS, IMAGE_SIZE, SEARCH_SCALE = ("semseg", "edge"), (32, 48), 1.0
        TRADE_OFFS, WARM_UP_STEPS, SEARCH_STEPS = (0.0, 100.0), 2, 4
        STEPS, BATCH_SIZE, LEARNING_RATE, HELD_OUT, BUDGET = 4, 4, 0.01, 8, "100%"
    """,
}
SERVED = {"affinity.npz", "grouping.json", "metrics.json", "saved_model.pb"}
WRITTEN = {
    "demo": SERVED,
    "own_photographs": SERVED,
    "search": {"alpha.npz", "front.csv", "metrics.json", "report.html"},
}
# Lines of TensorFlow's native code, and of packages that warn.
FOREIGN = re.compile(r".*(?:\.cc:\d+\]|absl::InitializeLog|Warning: ).*")
# The notebooks are run one after another where TensorFlow is imported once; each finds nothing of the one before.
ANEW = """
%reset -f
import os

os.chdir({folder!r})
"""
ENCODER = """
import sys

sys.path.insert(0, {tests!r})
import tensorflow as tf
import toys

tf.config.run_functions_eagerly(True)  # a few steps are sooner done than traced
ENCODER = "small"
"""
# Milliseconds are measured in the first notebook alone: each measurement traces a network.
UNTIMED = """
from bmt_tf.costs.timing import Timing
from bmt_tf.training import evaluation

setattr(evaluation, "graph_latency", lambda network, size: Timing(1.0, 0.0, 1))
"""


def read(root, name):
    return nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4)


def parameter_cell(notebook):
    (cell,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())]
    return cell


def small(root, name):
    """Returns a notebook with a parameter cell that takes seconds."""
    notebook = read(root, name)
    lines = "\n".join(line.strip() for line in SMALL[name].splitlines())
    before = ENCODER.format(tests=str(root / "tests")) + ("" if name == "demo" else UNTIMED)
    parameter_cell(notebook).source = before + lines
    return notebook


def assigned(source):
    """Returns the names that code assigns to."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assign)]
    return {name.id for node in nodes for name in ast.walk(ast.Tuple(node.targets)) if isinstance(name, ast.Name)}


def streamed(notebook):
    """Returns what the cells print."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return "".join(output.text for output in outputs if output.output_type == "stream")


@pytest.fixture(scope="module")
def run(root):
    """A function that runs a notebook in a folder, all in one kernel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(root))
        client = NotebookClient(nbformat.v4.new_notebook(), timeout=300, kernel_name="python3")

        def execute(notebook, folder):
            notebook.cells.insert(0, nbformat.v4.new_code_cell(ANEW.format(folder=str(folder))))
            client.nb = notebook
            client.execute(cleanup_kc=False)

        yield execute
        client._cleanup_kernel()


@pytest.mark.parametrize("name", sorted(SMALL))
def test_it_runs_to_the_end(root, tmp_path, name, run):
    notebook = small(root, name)
    run(notebook, tmp_path)
    written = {path.name for path in (tmp_path / "runs").rglob("*")}
    assert WRITTEN[name] <= written
    pictures = [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if {"image/png", "image/svg+xml"} & set(output.get("data", ()))
    ]
    assert len(pictures) >= 2
    assert not FOREIGN.findall(streamed(notebook))


@pytest.mark.parametrize("name", sorted(SMALL))
def test_the_small_settings_set_what_the_notebook_sets(root, name):
    whole, replaced = (assigned(parameter_cell(notebook).source) for notebook in (read(root, name), small(root, name)))
    assert whole == replaced


def test_notebooks_are_stored_without_outputs(root):
    paths = sorted((root / "notebooks").glob("*.ipynb"))
    assert {path.stem for path in paths} >= set(SMALL)
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                assert not cell.outputs and cell.execution_count is None, path.name
