"""The scripts of the BMN road one after another, as a user would type them, on tiny rendered scenes."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.long

# Runs command lines in children of one process, so that TensorFlow is imported once. The encoder is the tests' own.
PROGRAM = """
import json, os, runpy, sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import keras, tensorflow
tensorflow.config.run_functions_eagerly(True)  # the few steps are sooner done than traced
import toys
import bmt_tf.training.evaluation, bmt_tf.choosing.feature_collection, bmt_tf.training.single_tasks
import bmt_tf.choosing.tree_choice
for line in json.loads(sys.argv[3]):
    print("$", *line, flush=True)
    child = os.fork()
    if not child:
        sys.argv = [os.path.join(sys.argv[2], line[0]), *line[1:]]
        runpy.run_path(sys.argv[0], run_name="__main__")
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{line} failed")
"""
COMMON = [
    "--data=scenes:train=12,val=4,height=32,width=32,seed=1",
    "--encoder=small",
    "--output_stride=8",
    "--image_size=32,32",
]
TRAIN = [
    "train.py",
    *COMMON,
    "--tasks=semseg,depth",
    "--steps=2",
    "--batch_size=2",
    "--held_out=4",
    "--log_every=1",
    "--scales=",
    "--optimizer=adam",
    "--learning_rate=0.001",
]
LINES = [
    [*TRAIN, "--run_dir=single", "--single"],
    [*TRAIN, "--run_dir=single", "--single", "--only=depth"],  # finished already: nothing to do
    ["affinity.py", "single", "--output=affinity", "--replicates=3"],
    ["group.py", "--affinity=affinity", "--budget=90%", "--output=tree"],
    [*TRAIN, "--run_dir=tree", "--grouping=tree/grouping.json"],
    ["evaluate.py", "single", "tree", "--references=single", "--notime"],
    [
        "costs.py",
        "tree/grouping.json",
        "--data=scenes",
        "--encoder=small",
        "--output_stride=8",
        "--image_size=32,32",
        "--tasks=semseg,depth",
    ],
]


def test_singles_affinity_tree_and_scores(root, tmp_path):
    paths = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root / "tests"), str(root / "scripts"), json.dumps(LINES)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    printed = done.stdout.split("$ ")[1:]
    assert "single/semseg\nsingle/depth" in printed[0]
    assert "one: semseg-depth " in printed[2]
    assert "\n> " in printed[3] and "beam search" in printed[3]
    first, _, rest = printed[3].partition("\n")[2].partition("\n\n")
    assert first.startswith("chosen ") and "of a budget of" in first  # the choice and its tree come first
    assert rest.startswith("stem: ") and rest.index("draws") < rest.index("trees of the front; all of them")
    assert "Sharding callback" not in done.stderr and "it/s" not in done.stderr
    assert printed[5].count("delta_m") == 1
    assert "tree/grouping.json" in printed[6]

    metrics = json.loads((tmp_path / "tree" / "metrics.json").read_text())
    choice = json.loads((tmp_path / "tree" / "choice.json").read_text())
    assert metrics["delta_m"]["references"] == {"semseg": "single/semseg", "depth": "single/depth"}
    assert metrics["cost"]["multiply_adds"] == choice["cost"] <= choice["budget"]
    assert set(os.listdir(tmp_path / "tree")) >= {
        "checkpoints",
        "choice.json",
        "config.json",
        "events",
        "front.csv",
        "grouping.json",
        "metrics.json",
    }
