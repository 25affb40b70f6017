"""The pages on new parts of a network: what they show runs."""

import re

import pytest


@pytest.mark.parametrize("page", ["new_encoder", "new_head"])
def test_python_blocks_run_one_after_another(root, page, capsys):
    blocks = re.findall(r"^```python\n(.*?)^```", (root / "docs" / f"{page}.md").read_text(), re.DOTALL | re.MULTILINE)
    assert blocks
    exec(compile("\n".join(blocks), f"{page}.md", "exec"), {})
    assert "head_depth" in capsys.readouterr().out
