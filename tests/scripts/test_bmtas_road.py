"""The scripts of the BMTAS road one after another, as a user would type them, on tiny rendered scenes."""

import json
import os
import subprocess
import sys

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.search import AlphaHistory

pytestmark = pytest.mark.long

# The encoder is the tests' own; so the scripts run inside a program that knows it.
PROGRAM = """
import os, runpy, sys
sys.path[:0] = sys.argv[1:3]
import tensorflow
tensorflow.config.run_functions_eagerly(True)  # the few steps are sooner done than traced
import toys
sys.argv = [os.path.join(sys.argv[2], sys.argv[3]), *sys.argv[4:]]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
NETWORK = [
    "--data=scenes:train=12,val=4,height=32,width=32,seed=1",
    "--encoder=small",
    "--output_stride=8",
    "--folded=2",
    "--image_size=32,32",
]


def _run(root, folder, script, *arguments):
    paths = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root / "tests"), str(root / "scripts"), script, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=280,
    )
    return done.returncode, done.stdout, done.stderr


def test_search_and_the_likely_tree_for_a_budget(root, tmp_path):
    search = [
        "search.py",
        *NETWORK,
        "--tasks=semseg,depth",
        "--run_dir=search",
        "--steps=1",
        "--warm_up_steps=1",
        "--batch_size=2",
        "--trade_off=1",
        "--scales=",
    ]
    code, _, errors = _run(root, tmp_path, *search, "--trade_off=-1")
    assert code == 2 and "`trade_off` must be a finite number not below 0" in errors and "Traceback" not in errors
    code, printed, errors = _run(root, tmp_path, *search)
    assert code == 0, errors[-4000:]
    tree = Grouping.load(tmp_path / "search" / "grouping.json")
    assert printed.startswith("search/grouping.json: ") and tree.to_text() in printed
    summary = json.loads((tmp_path / "search" / "search.json").read_text())
    assert summary["cost"] == tree.made_by["cost"]
    code, printed, errors = _run(
        root, tmp_path, "group.py", "--method=bmtas", "--search=search", "--budget=100%", "--output=likely"
    )
    assert code == 0, errors[-4000:]
    assert Grouping.load(tmp_path / "likely" / "grouping.json").tasks == tree.tasks
    assert AlphaHistory.load(tmp_path / "search" / "alpha.npz").blocks == tree.blocks


def test_agreement_of_three_trees(root, tmp_path):
    for name, routing in (("a", [[0, 0, 0], [0, 0, 1]]), ("b", [[0, 0, 0], [0, 0, 1]]), ("c", [[0, 0, 1], [0, 1, 2]])):
        tree = Grouping.from_routing(("semseg", "depth", "edge"), ("one", "two"), routing)
        tree.save(tmp_path / name / "grouping.json")
    done = subprocess.run(
        [
            sys.executable,
            str(root / "scripts" / "agreement.py"),
            "a",
            f"file://{tmp_path}/b/grouping.json",
            "~/c",
            "--output=~/out",
        ],
        env=os.environ | {"HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[1:4]]
    assert rows == [
        ["semseg-depth", "semseg-edge", "depth-edge"],
        ["one", "100%", "67%", "67%"],
        ["two", "67%", "0%", "0%"],
    ]
    # a and b agree on all 6 of (block, pair); each of them and c on 3: edge apart at "two", semseg-depth at "one".
    assert "mean agreement of two trees: 66.7%" in done.stdout
    assert Grouping.load(tmp_path / "out" / "grouping.json") == Grouping.load(tmp_path / "a" / "grouping.json")
    assert sorted(os.listdir(tmp_path / "out")) == [
        "consensus.svg",
        "grouping.json",
        "tree_0.svg",
        "tree_1.svg",
        "tree_2.svg",
    ]
