"""The script that writes data folders."""

import os
import subprocess
import sys

from bmt_tf.data import Folder


def test_it_writes_what_the_flags_name(root, tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "scripts/write_data.py",
            "--data=scenes:val=9,height=16,width=24",
            "--splits=val",
            "--images=3",
            "--tasks=semseg,edge",
            "--format=jpeg",
            f"--output={tmp_path / 'out'}",
        ],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "out")
    folder = Folder(str(tmp_path / "out"), "val")
    assert folder.ids == ("val_00000", "val_00004", "val_00008") and set(folder.tasks) == {"semseg", "edge"}
    assert (tmp_path / "out" / "val" / "image" / "val_00004.jpg").exists()
