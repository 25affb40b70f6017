"""The scripts of the BMN road one after another, as a user would type them, on tiny rendered scenes."""

import json
import os

import pytest

pytestmark = pytest.mark.long

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


def test_singles_affinity_tree_and_scores(forked, tmp_path):
    printed, errors = [], ""
    for script, *words in LINES:
        done = forked.script(f"scripts/{script}", *words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr[-4000:]
        printed.append(done.stdout)
        errors += done.stderr
    assert "single/semseg\nsingle/depth" in printed[0]
    assert "one: semseg-depth " in printed[2]
    assert "\n> " in printed[3] and "beam search" in printed[3]
    first, _, rest = printed[3].partition("\n\n")
    assert first.startswith("chosen ") and "of a budget of" in first  # the choice and its tree come first
    assert rest.startswith("stem: ") and rest.index("draws") < rest.index("trees of the front; all of them")
    assert "Sharding callback" not in errors and "it/s" not in errors
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
