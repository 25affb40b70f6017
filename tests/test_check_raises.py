"""The check that a test reaches every `raise`, on a made-up project."""

import importlib.util
import pathlib

import coverage

SPEC = importlib.util.spec_from_file_location("check_raises", pathlib.Path(__file__).with_name("check_raises.py"))
CHECK = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(CHECK)
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
    (tmp_path / "pyproject.toml").write_text('[tool.coverage.run]\nsource = ["code"]\n')
    (tmp_path / "code").mkdir()
    path = tmp_path / "code" / "signs.py"
    path.write_text(SOURCE)
    data = coverage.CoverageData(basename=str(tmp_path / "data"))
    data.add_lines({str(path): [2, 3, 4, 5]})
    data.write()
    assert CHECK.unreached(tmp_path / "data", tmp_path) == ["code/signs.py:8"]


def test_a_file_that_no_test_imports_is_listed(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.coverage.run]\nsource = ["code"]\n')
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "signs.py").write_text(SOURCE)
    data = coverage.CoverageData(basename=str(tmp_path / "data"))
    data.write()
    assert CHECK.unreached(tmp_path / "data", tmp_path) == ["code/signs.py:4", "code/signs.py:8"]
