"""The check that a test reaches every `raise`, on a made-up project."""

import coverage
from house import check_raises

SOURCE = """
def sign(x):
    if x > 0:
        raise ValueError(
            "positive"
        )
    if x < 0:
        raise ValueError("negative")
"""


def test_only_the_raise_that_no_call_reaches_is_listed(tmp_path):
    (tmp_path / "code").mkdir()
    path = tmp_path / "code" / "signs.py"
    path.write_text(SOURCE)
    data = coverage.CoverageData(basename=str(tmp_path / "data"))
    data.add_lines({str(path): [2, 3, 4, 5]})
    data.write()
    assert check_raises.unreached([path], tmp_path / "data", tmp_path) == ["code/signs.py:8"]


def test_a_file_that_no_test_imports_is_listed(tmp_path):
    (tmp_path / "code").mkdir()
    path = tmp_path / "code" / "signs.py"
    path.write_text(SOURCE)
    data = coverage.CoverageData(basename=str(tmp_path / "data"))
    data.write()
    assert check_raises.unreached([path], tmp_path / "data", tmp_path) == ["code/signs.py:4", "code/signs.py:8"]


def test_a_room_is_a_folder_or_a_single_module(tmp_path):
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    paths = [tmp_path / name for name in ("folder/inner/deep.py", "module.py", "other.py")]
    for path in paths:
        path.write_text("")
    assert check_raises.files_of(("folder", "module"), tmp_path) == paths[:2]
