"""The Python of the documents runs, as a reader would type it, and prints what its comments say."""

import pytest
from forked_programs import EAGERLY
from house.commands import blocks
from house.sources import documents

pytestmark = [pytest.mark.long, pytest.mark.whole]

# The README takes its encoder through the whole road; what it is called is a small one here.
SMALL = "import toys\ntoys.register_encoder('mobilenet_v2_0.35', toys.small_encoder)\n"
BEFORE = {"README.md": SMALL}
EXAMPLES = [path for path in documents() if blocks(path.read_text(), ("python",))]


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_python_in_a_document_runs(forked, tmp_path, path):
    """The blocks run one after another in an empty folder; lines of comments are what is printed."""
    code = "\n".join(blocks(path.read_text(), ("python",)))
    done = forked(EAGERLY + BEFORE.get(path.name, "") + code, cwd=tmp_path, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    said = [line.removeprefix("# ") for line in code.splitlines() if line.startswith("# ")]
    assert not said or done.stdout.splitlines() == said


def test_the_readme_has_python():
    assert "README.md" in {path.name for path in EXAMPLES}
