"""The Python of the documents runs, as a reader would type it."""

import pytest
from house.commands import blocks, run
from house.sources import documents

pytestmark = pytest.mark.long

EXAMPLES = [path for path in documents() if blocks(path.read_text(), ("python",))]


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_python_in_a_document_runs(root, tmp_path, path):
    """The blocks run one after another in one interpreter, in an empty folder."""
    done = run(root, "-c", "\n".join(blocks(path.read_text(), ("python",))), cwd=tmp_path, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_readme_has_python():
    assert "README.md" in {path.name for path in EXAMPLES}
