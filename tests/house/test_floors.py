"""Who imports whom: floors, rooms kept apart, no cycles, nothing heavy in light modules, all of it required."""

import sys

import pytest
from house import plan
from house.commands import run
from house.sources import imports, module_of, on_import, report, room_of, source_of

TENSORFLOW = {"tensorflow", "keras", "tensorflow_datasets"}
DISTRIBUTIONS = {
    "PIL": "pillow",
    "absl": "absl-py",
    "ai_edge_litert": "ai-edge-litert",
    "tensorflow_datasets": "tensorflow-datasets",
}
IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    if {"tensorflow", "keras"} & set(sys.modules):
        sys.exit(name)
"""


def misplaced_imports(package):
    """Returns the imports that the floors do not allow."""
    wrong = []
    for source in package:
        here = room_of(source.name)
        for line, dotted in imports(source.tree, {f"bmt_tf.{room}" for room in plan.PLACES}):
            if dotted.startswith("."):
                wrong.append(f"{source.name}:{line}: relative import of {dotted}")
            there = dotted.split(".")[1] if dotted.startswith("bmt_tf.") else ""
            if there not in plan.PLACES or there == here or (not here and there in plan.IN_THE_PACKAGE):
                continue
            if plan.PLACES[there] > plan.PLACES.get(here, (-1,)) or there in plan.KEPT_APART.get(here, ()):
                wrong.append(f"{source.name}:{line}: {here or 'bmt_tf'} imports {there}")
    return wrong


def cycles(package):
    """Returns the circles of modules of one room that import each other."""
    known = {module_of(source.name) for source in package}
    graph = {}
    for source in package:
        room = f"bmt_tf.{room_of(source.name)}."
        edges = {dotted for _, dotted in imports(source.tree, known)} & known
        graph[module_of(source.name)] = {module for module in edges if module.startswith(room)}
    found, done = set(), set()

    def visit(module, path):
        if module in path:
            found.add(" -> ".join([*path[path.index(module) :], module]))
        elif module not in done:
            for following in sorted(graph.get(module, ())):
                visit(following, [*path, module])
            done.add(module)

    for module in graph:
        visit(module, [])
    return sorted(found)


def is_light(source):
    """Tells whether importing a module must not import TensorFlow: its folder, its room or the plan says so."""
    listed = module_of(source.name).removeprefix("bmt_tf.") in plan.LIGHT_MODULES
    return listed or source.name.endswith("__init__.py") or room_of(source.name) in plan.WITHOUT_TENSORFLOW


def heavy_imports(package):
    """Returns the imports of TensorFlow in light modules; rooms without it have none in functions, either."""
    wrong = []
    for source in filter(is_light, package):
        tree = source.tree if room_of(source.name) in plan.WITHOUT_TENSORFLOW else on_import(source)
        wrong += [f"{source.name}: {name}" for _, name in imports(tree) if name.split(".")[0] in TENSORFLOW]
    return wrong


def test_imports_go_to_lower_floors_or_to_the_left(package):
    report(
        misplaced_imports(package),
        "A module imports from lower floors, from rooms to its left on its own floor, and not across the plan",
    )


@pytest.mark.parametrize(
    ("name", "line", "fault"),
    [
        ("bmt_tf/costs/table.py", "from bmt_tf.runs import Run", "costs imports runs"),
        ("bmt_tf/costs/table.py", "from bmt_tf import tasks", "costs imports tasks"),
        ("bmt_tf/report/page.py", "from bmt_tf.training import evaluate", "report imports training"),
        ("bmt_tf/report/page.py", "from .study import Study", "relative import of .study"),
        ("bmt_tf/report/page.py", "from bmt_tf.runs import Run", None),
    ],
)
def test_the_rule_of_floors_sees_a_violation(name, line, fault):
    assert misplaced_imports([source_of(name, line)]) == ([f"{name}:1: {fault}"] if fault else [])


def test_every_room_has_its_floor(package):
    report(sorted({room_of(s.name) for s in package} - set(plan.PLACES) - {""}), "Rooms without a floor")


def test_no_cycles_within_a_room(package):
    report(cycles(package), "Imports within a room have no cycle")


def test_the_rule_of_cycles_sees_one():
    made_up = [source_of(f"bmt_tf/costs/{a}.py", f"from bmt_tf.costs import {b}") for a, b in ("xy", "yx")]
    assert cycles(made_up) == ["bmt_tf.costs.x -> bmt_tf.costs.y -> bmt_tf.costs.x"]


def test_tensorflow_stays_out_of_light_modules(package):
    report(heavy_imports(package), "TensorFlow-free code imports TensorFlow or Keras")


def test_the_rule_of_light_modules_sees_an_import_in_a_function_only_where_there_must_be_none():
    text = "import numpy\ndef f():\n    import keras\n"
    made_up = [source_of(f"bmt_tf/{name}.py", text) for name in ("search/exact", "costs/table", "costs/timing")]
    assert heavy_imports(made_up) == ["bmt_tf/search/exact.py: keras"]


def test_importing_light_modules_leaves_tensorflow_out(package, root):
    done = run(root, "-c", IMPORT_ALL, *(module_of(source.name) for source in package if is_light(source)))
    assert done.returncode == 0, f"Importing this brings in TensorFlow: {done.stderr}"


def test_third_party_imports_are_required_by_the_project(package, root):
    required = (root / "pyproject.toml").read_text()
    wrong = []
    for source in package:
        for line, dotted in imports(source.tree):
            name = dotted.split(".")[0]
            if name not in sys.stdlib_module_names and name != "bmt_tf":
                if f'"{DISTRIBUTIONS.get(name, name)}>=' not in required:
                    wrong.append(f"{source.name}:{line}: {name}")
    report(wrong, "Imports that pyproject.toml does not require")
