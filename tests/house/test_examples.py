"""The Python of the documents runs, as a reader would type it, and prints what its comments say."""

import pytest
from house.commands import blocks, run
from house.sources import documents

pytestmark = pytest.mark.long

# A few steps are sooner done than traced.
EAGERLY = "import tensorflow as tf\ntf.config.run_functions_eagerly(True)\n"
EXAMPLES = [path for path in documents() if blocks(path.read_text(), ("python",))]


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_python_in_a_document_runs(root, tmp_path, path):
    """The blocks run one after another in an empty folder; lines of comments are what is printed."""
    code = "\n".join(blocks(path.read_text(), ("python",)))
    done = run(root, "-c", EAGERLY + code, cwd=tmp_path, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    said = [line.removeprefix("# ") for line in code.splitlines() if line.startswith("# ")]
    assert not said or done.stdout.splitlines() == said


def test_the_readme_has_python():
    assert "README.md" in {path.name for path in EXAMPLES}
