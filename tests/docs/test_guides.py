"""The guides for adding a part do what they print."""

import os
import re
import subprocess
import sys

import pytest

BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("guide", ["new_data_set.md", "new_label_kind.md"])
def test_the_code_of_a_guide_runs_and_prints_what_its_comments_say(root, tmp_path, guide):
    code = "\n".join(BLOCK.findall((root / "docs" / guide).read_text()))
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == [line.removeprefix("# ") for line in code.splitlines() if line.startswith("# ")]
