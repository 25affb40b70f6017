"""What the documents say of the code is there: files, and the names that are said to be in them."""

import ast
import re

import pytest

# `folder/file.py`, then optionally a colon and names: `file.py`: `name`, `other`
REFERENCE = re.compile(r"`((?:scripts/|flags/|bmt_tf/)?[\w/.-]+\.(?:py|sh|flags))`(?:: ((?:`\w+`(?:, )?)+))?")


def documents(root):
    paths = [root / "README.md", root / "CHANGELOG.md", *sorted((root / "docs").glob("*.md"))]
    return [path for path in paths if path.exists()]


def names_in(path):
    """Returns the names that a file defines at any depth: functions, classes, methods, fields and arguments."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name):
            names.add(node.id)
    return names


def faults(text, root):
    """Returns the files and names that a text refers to and that are not there."""
    wrong = []
    for name, listed in REFERENCE.findall(text):
        path = next((place for place in (root / name, root / "bmt_tf" / name) if place.exists()), None)
        if path is None:
            wrong.append(f"no {name}")
        elif listed:
            wrong += [f"no {n} in {name}" for n in re.findall(r"`(\w+)`", listed) if n not in names_in(path)]
    return wrong


def test_files_and_names_in_the_documents_exist(root):
    wrong = [f"{path.name}: {fault}" for path in documents(root) for fault in faults(path.read_text(), root)]
    assert not wrong, "\n  ".join(["The documents refer to what is not there:", *wrong])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("see `tasks/delta.py`: `delta_m`.", []),
        ("`tasks/delta.py`: `delta_m`, `absent`", ["no absent in tasks/delta.py"]),
        ("`tasks/absent.py`", ["no tasks/absent.py"]),
    ],
)
def test_the_check_sees_what_is_missing(root, text, wrong):
    assert faults(text, root) == wrong
