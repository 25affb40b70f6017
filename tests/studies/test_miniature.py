"""A study of a table of a paper, whole, in miniature: every one of its jobs ends well.

The others are run alike: `python tests/studies/one_process.py STUDY FOLDER`.
"""

import pytest

pytestmark = [pytest.mark.long, pytest.mark.whole]


def test_every_job_of_the_study_of_celeba_ends_well(forked, tmp_path):
    folder = tmp_path / "study"
    done = forked.script("tests/studies/one_process.py", "bmn_celeba", str(folder), cwd=tmp_path, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Ours-Thin-32" in (folder / "tables.md").read_text()
    assert "branch_32_2_0" in (folder / "report.html").read_text()
    assert (folder / "branch_32_2_0" / "widening.json").exists()
