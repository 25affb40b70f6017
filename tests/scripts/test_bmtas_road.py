"""The scripts of the BMTAS road one after another, as a user would type them, on tiny rendered scenes."""

import json
import os

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.search import AlphaHistory

pytestmark = pytest.mark.long

NETWORK = [
    "--data=scenes:train=12,val=4,height=32,width=32,seed=1",
    "--encoder=small",
    "--output_stride=8",
    "--folded=2",
    "--image_size=32,32",
]


def test_search_and_the_likely_tree_for_a_budget(forked, tmp_path):
    search = [
        "scripts/search.py",
        *NETWORK,
        "--tasks=semseg,depth",
        "--run_dir=search",
        "--steps=1",
        "--warm_up_steps=1",
        "--batch_size=2",
        "--trade_off=1",
        "--scales=",
    ]
    done = forked.script(*search, "--trade_off=-1", cwd=tmp_path)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "`trade_off` must be a finite number not below 0" in done.stderr
    done = forked.script(*search, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    tree = Grouping.load(tmp_path / "search" / "grouping.json")
    assert done.stdout.startswith("search/grouping.json: ") and tree.to_text() in done.stdout
    summary = json.loads((tmp_path / "search" / "search.json").read_text())
    assert summary["cost"] == tree.made_by["cost"]
    likely = ("scripts/group.py", "--method=bmtas", "--search=search", "--budget=100%", "--output=likely")
    done = forked.script(*likely, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    assert Grouping.load(tmp_path / "likely" / "grouping.json").tasks == tree.tasks
    assert AlphaHistory.load(tmp_path / "search" / "alpha.npz").blocks == tree.blocks


def test_agreement_of_three_trees(forked, tmp_path):
    for name, routing in (("a", [[0, 0, 0], [0, 0, 1]]), ("b", [[0, 0, 0], [0, 0, 1]]), ("c", [[0, 0, 1], [0, 1, 2]])):
        tree = Grouping.from_routing(("semseg", "depth", "edge"), ("one", "two"), routing)
        tree.save(tmp_path / name / "grouping.json")
    given = ("a", f"file://{tmp_path}/b/grouping.json", "~/c", "--output=~/out")
    done = forked.script("scripts/agreement.py", *given, cwd=tmp_path, HOME=str(tmp_path))
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
