"""Knowledge that stands in one place: what the plan names is found in the code of no other module."""

import re

import pytest
from house import plan
from house.sources import code_lines, report, source_of


def strays(package, pattern, allowed):
    """Returns `file: line` of the code that a pattern finds outside the allowed modules and folders."""
    return [
        f"{source.name}: {line.strip()[:150]}"
        for source in package
        if not source.name.removeprefix("bmt_tf/").startswith(allowed)
        for line in code_lines(source)
        if re.search(pattern, line)
    ]


@pytest.mark.parametrize(("what", "pattern", "allowed"), plan.KNOWLEDGE, ids=[row[0] for row in plan.KNOWLEDGE])
def test_it_stands_where_the_plan_says(package, what, pattern, allowed):
    report(strays(package, pattern, allowed), f"Not in the place of {what}, {', '.join(allowed)}")


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("files of a run directory", 'read_json(os.path.join(run_dir, "metrics.json"))'),
        ("files of a run directory", 'Grouping.load(f"{run_dir}/grouping.json")'),
        ("files of a run directory", 'SKIPPED = {"rdm", "events"}'),
        ("files of a run directory", 'folder / "checkpoints"'),
        ("files of a run directory", 'TABLE = "front.csv"'),
        ("writing of files", "os.replace(beside, path)"),
        ("writing of files", "import tempfile"),
        ("writing of files", 'partial = f"{path}.partial"'),
        ("writing of files", 'with open(path, mode="w", newline="") as file: pass'),
        ("writing of files", 'tf.io.gfile.GFile(path, "wb")'),
        ("writing of files", "path.write_text(page)"),
        ("remote paths", 'if "://" in path: pass'),
        ("remote paths", 'path.startswith("gs://")'),
        ("remote paths", "tf.io.gfile.exists(path)"),
        ("what sets kinds of labels apart", 'task.kind.name == "depth"'),
        ("what sets kinds of labels apart", 'kind.activation in ("argmax", "unit")'),
        ("tables by kind of label", "CONSTANTS[task.kind.activation](values)"),
        ("names of nodes", 'model.get_layer(f"{block}_g{index}")'),
        ("names of nodes", 'name = f"head_{task.name}"'),
    ],
)
def test_the_rule_sees_a_violation(what, code):
    (found,) = [row for row in plan.KNOWLEDGE if row[0] == what]
    assert strays([source_of("bmt_tf/report/made_up.py", code)], *found[1:])


@pytest.mark.parametrize(
    "code",
    [
        '"""Reads "metrics.json" of a run directory by open(path, "w")."""',
        "x = 1  # as in os.replace",
        'raise ValueError("There is no metrics.json; run scripts/evaluate.py.")',
        'lazy_exports(__name__, {"write_panels": "predictions", "export_saved_model": "saved_model"})',
        'with open(path, "rb") as file: pass',
        "files.write_bytes(path, page)",
        "functools.partial(resnet50_encoder, keras_form=True)",
        'row = {"kind": task.kind.name, "activation": task.kind.activation}',
    ],
)
def test_the_rule_leaves_words_reading_and_docstrings_alone(code):
    for _, pattern, allowed in plan.KNOWLEDGE:
        assert not strays([source_of("bmt_tf/report/made_up.py", code)], pattern, allowed)


def test_what_the_plan_names_is_there(root):
    named = [*plan.PLACES, *plan.COVERED, *plan.WITHOUT_TENSORFLOW, *plan.LIGHT_MODULES]
    places = {name: root / "bmt_tf" / name.replace(".", "/") for name in named}
    missing = [name for name, path in places.items() if not path.is_dir() and not path.with_suffix(".py").exists()]
    allowed = {place for _, _, places in plan.KNOWLEDGE for place in places}
    report(missing + sorted(p for p in allowed if not (root / "bmt_tf" / p).exists()), "Not there, but in the plan")
