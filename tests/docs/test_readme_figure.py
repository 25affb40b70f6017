"""The script that makes the pictures of the README."""

import os
import subprocess
import sys

import numpy as np
from PIL import Image

from bmt_tf.grouping import Grouping


def figure(root, run, output):
    return subprocess.run(
        [sys.executable, "docs/readme_figure.py", str(run), f"--output={output}", "--images=2"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_panels_stand_below_each_other_and_the_tree_is_drawn(root, tmp_path):
    (tmp_path / "predictions").mkdir()
    for number in range(3):
        Image.fromarray(np.full([10, 20, 3], 60 * number, np.uint8)).save(tmp_path / "predictions" / f"{number}.png")
    Grouping.shared(("a", "b"), ("one", "two")).save(tmp_path / "grouping.json")
    done = figure(root, tmp_path, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    picture = np.array(Image.open(tmp_path / "out" / "predictions.png").convert("RGB"))
    assert picture.shape == (20, 20, 3) and picture[5, 5, 0] == 0 and picture[15, 5, 0] == 60
    assert (tmp_path / "out" / "tree.svg").read_text().startswith("<svg")
