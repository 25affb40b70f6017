"""Modules of the user's own are found as files and by name, imported once, and named where they are not there."""

import sys

import pytest

from bmt_tf.runs import Run
from bmt_tf.runs.modules import absolute_modules, import_modules

NAME = "parts_of_a_test"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory with a module that counts its imports in `sys.counted`, and what is imported forgotten."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "counted", [], raising=False)
    (tmp_path / f"{NAME}.py").write_text("import sys\nsys.counted.append(__name__)\n")
    yield tmp_path
    sys.modules.pop(NAME, None)


def test_files_are_kept_by_their_whole_paths(folder):
    whole = str(folder / f"{NAME}.py")
    assert absolute_modules([NAME, f"{NAME}.py", f"./{NAME}.py", "os.path"]) == (whole, whole, whole, "os.path")
    (folder / "package").mkdir()
    (folder / "package" / "__init__.py").touch()
    assert absolute_modules(["package"]) == (str(folder / "package" / "__init__.py"),)


def test_a_module_is_imported_once_however_it_is_named(folder):
    import_modules([NAME, f"{NAME}.py"])
    import_modules([str(folder / f"{NAME}.py")])
    assert sys.counted == [NAME]


def test_its_neighbours_can_be_imported_too(folder):
    (folder / "neighbour_of_a_test.py").write_text("value = 3\n")
    (folder / f"{NAME}.py").write_text("import neighbour_of_a_test\n")
    import_modules([NAME])
    assert sys.modules.pop("neighbour_of_a_test").value == 3


def test_a_module_that_has_moved_serves_once_it_is_imported_from_its_new_place(folder):
    old = absolute_modules([NAME])
    (folder / "new").mkdir()
    (folder / f"{NAME}.py").rename(folder / "new" / f"{NAME}.py")
    with pytest.raises(ValueError, match=f"`modules` must name files that are there.*{NAME}"):
        import_modules(old)
    import_modules([f"new/{NAME}.py"])
    import_modules(old)
    assert sys.counted == [NAME]


def test_two_modules_of_one_name_are_refused(folder):
    (folder / "other").mkdir()
    (folder / "other" / f"{NAME}.py").write_text("value = 1\n")
    import_modules([NAME])
    with pytest.raises(ValueError, match=f"`modules` must bear names that no other module has.*other/{NAME}"):
        import_modules([f"other/{NAME}.py"])


@pytest.mark.parametrize("text", ["import absent_module\n", "1 +\n", "raise KeyError('x')\n"])
def test_a_module_that_fails_is_named_with_what_it_said(folder, text):
    (folder / f"{NAME}.py").write_text(text)
    with pytest.raises(ValueError, match=rf"`modules` must be files or names .*{NAME}\.py \(\w+Error"):
        import_modules([NAME])


def test_a_run_keeps_its_modules_and_imports_them_when_it_is_read(folder, tiny):
    settings = tiny(modules=(NAME,))
    assert settings.modules == (str(folder / f"{NAME}.py"),)
    Run.begin(settings)
    assert sys.counted == [NAME]
    del sys.modules[NAME]
    assert Run.load(settings.run_dir).settings.modules == settings.modules
    assert sys.counted == [NAME, NAME]
    (folder / f"{NAME}.py").unlink()
    del sys.modules[NAME]
    with pytest.raises(ValueError, match=NAME):
        Run.load(settings.run_dir)
