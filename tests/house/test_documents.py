"""What the documents say is there is there: files, names in them, links and headings."""

import ast
import re

import pytest
from house.sources import documents

# `folder/file.py`, then optionally a colon and names: `file.py`: `name`, `other`
REFERENCE = re.compile(r"`([\w/.-]+\.(?:py|sh|flags))`(?:: ((?:`\w+`(?:, )?)+))?")
LINK = re.compile(r"\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]+))?\)")


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


def reference_faults(text, root):
    """Returns the files and names that a text refers to and that are not there; files may be named below `bmt_tf/`."""
    wrong = []
    for name, listed in REFERENCE.findall(text):
        path = next((place for place in (root / name, root / "bmt_tf" / name) if place.exists()), None)
        if path is None:
            wrong.append(f"no {name}")
        elif listed:
            wrong += [f"no {n} in {name}" for n in re.findall(r"`(\w+)`", listed) if n not in names_in(path)]
    return wrong


def anchors(text):
    """Returns the names that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def link_faults(text, path):
    """Returns the relative links of the document at a path that lead to no file or no heading."""
    wrong = []
    for place, anchor in LINK.findall(re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)):
        target = (path.parent / place).resolve() if place else path
        if not target.exists():
            wrong.append(f"no {place}")
        elif anchor and anchor not in anchors(target.read_text() if place else text):
            wrong.append(f"no heading {anchor} in {target.name}")
    return wrong


def test_files_and_names_in_the_documents_exist(root):
    wrong = [f"{path.name}: {fault}" for path in documents() for fault in reference_faults(path.read_text(), root)]
    assert not wrong, "\n  ".join(["The documents refer to what is not there:", *wrong])


def test_links_and_pictures_in_the_documents_lead_somewhere():
    wrong = [f"{path.name}: {fault}" for path in documents() for fault in link_faults(path.read_text(), path)]
    assert not wrong, "\n  ".join(["Links that lead nowhere:", *wrong])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("see `tasks/delta.py`: `delta_m`.", []),
        ("`tasks/delta.py`: `delta_m`, `absent`", ["no absent in tasks/delta.py"]),
        ("`tasks/absent.py`", ["no tasks/absent.py"]),
        ("`docs/readme_figure.py`: `main`; `benchmarks/absent.py`", ["no benchmarks/absent.py"]),
        ("`studies/planted/problem.py`: `absent`", ["no absent in studies/planted/problem.py"]),
    ],
)
def test_the_rule_of_references_sees_what_is_missing(root, text, wrong):
    assert reference_faults(text, root) == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[a](docs/papers.md), ![b](docs/images/tree.svg), [c](https://there)", []),
        ("[a](docs/absent.md)", ["no docs/absent.md"]),
        ("# It's all, `here`\n[a](#its-all-here) [b](#not-here)", ["no heading not-here in README.md"]),
        ("[a](docs/papers.md#1-bmn) [b](docs/papers.md#9-none)", ["no heading 9-none in papers.md"]),
        ("```\n[a](absent)\n```", []),
    ],
)
def test_the_rule_of_links_sees_what_is_missing(root, text, wrong):
    assert link_faults(text, root / "README.md") == wrong
