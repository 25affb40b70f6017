"""The rules of the house that the text of the files shows: floors, effects, sizes, names. Nothing is imported."""

import ast
import re
import sys
import tomllib

from house import plan
from house.names import eager_names, lazy_names

TENSORFLOW = {"tensorflow", "keras", "tensorflow_datasets"}
DISTRIBUTIONS = {"PIL": "pillow", "absl": "absl-py", "tensorflow_datasets": "tensorflow-datasets"}


def report(violations, rule):
    assert not violations, "\n  ".join([f"{rule}:", *violations])


def room_of(name):
    """Returns the room of a package file: its folder below `bmt_tf/`, or its own name; "" for the package itself."""
    return name.split("/")[1].removesuffix(".py").removesuffix("__init__")


def module_of(name):
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(tree, known=()):
    """Returns (line, dotted module, names) of every import; a name that is itself a module joins the dotted path."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            dotted = "." * node.level + (node.module or "")
            for alias in node.names:
                longer = f"{dotted}.{alias.name}"
                found.append((node.lineno, longer if longer in known else dotted))
    return found


def top_level(tree):
    """Returns a copy of the tree that holds what runs on import: no functions, nothing for type checkers alone."""

    class Strip(ast.NodeTransformer):
        def visit_FunctionDef(self, node):
            return None

        def visit_If(self, node):
            return node.orelse if "TYPE_CHECKING" in ast.unparse(node.test) else node

    return Strip().visit(ast.parse(ast.unparse(tree)))


def test_imports_go_to_lower_floors_or_to_the_left(package):
    wrong = []
    for source in package:
        here = room_of(source.name)
        for line, dotted in imports(source.tree, {f"bmt_tf.{room}" for room in plan.PLACES}):
            if dotted.startswith("."):
                wrong.append(f"{source.name}:{line}: relative import of {dotted}")
            there = dotted.split(".")[1] if dotted.startswith("bmt_tf.") else ""
            if there not in plan.PLACES or there == here:
                continue
            if plan.PLACES[there] > plan.PLACES.get(here, (-1,)) or there in plan.KEPT_APART.get(here, ()):
                wrong.append(f"{source.name}:{line}: {here or 'bmt_tf'} imports {there}")
    report(
        wrong, "A module imports from lower floors, from rooms to its left on its own floor, and not across the plan"
    )


def test_every_room_has_its_floor(package):
    report(sorted({room_of(s.name) for s in package} - set(plan.PLACES) - {""}), "Rooms without a floor")


def test_no_cycles_within_a_folder(package):
    known = {module_of(source.name) for source in package}
    graph = {}
    for source in package:
        room = f"bmt_tf.{room_of(source.name)}."
        edges = {dotted for _, dotted in imports(source.tree, known)} & known
        graph[module_of(source.name)] = {module for module in edges if module.startswith(room)}
    wrong, done = set(), set()

    def visit(module, path):
        if module in path:
            wrong.add(" -> ".join([*path[path.index(module) :], module]))
        elif module not in done:
            for following in sorted(graph.get(module, ())):
                visit(following, [*path, module])
            done.add(module)

    for module in graph:
        visit(module, [])
    report(sorted(wrong), "Imports within a folder have no cycle")


def test_flags_prints_and_exits_only_in_scripts(package):
    wrong = []
    for source in package:
        logs = plan.PLACES.get(room_of(source.name), (0,))[0] >= plan.PLACES[plan.LOGGING_FROM][0]
        known = {"absl.flags", "absl.app", "absl.logging"}
        for line, dotted in imports(source.tree, known):
            if dotted in {"absl.flags", "absl.app", "argparse"} or (dotted.startswith("absl") and not logs):
                wrong.append(f"{source.name}:{line}: imports {dotted}")
        for node in ast.walk(source.tree):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in {"print", "sys.exit", "exit", "quit", "os._exit"}:
                wrong.append(f"{source.name}:{node.lineno}: calls {called}")
    report(wrong, "Flags, argparse, print and sys.exit belong to scripts/; absl.logging to the upper floors")


def test_tensorflow_stays_out_of_the_light_folders_and_files(package):
    wrong = []
    for source in package:
        light = (
            module_of(source.name).removeprefix("bmt_tf.") in plan.LIGHT_MODULES or source.name == "bmt_tf/__init__.py"
        )
        if room_of(source.name) in plan.WITHOUT_TENSORFLOW or light:
            tree = top_level(source.tree) if light else source.tree
            wrong += [f"{source.name}: {m}" for _, m in imports(tree) if m.split(".")[0] in TENSORFLOW]
    report(wrong, "TensorFlow-free code imports TensorFlow or Keras")


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


def test_files_and_functions_are_short(project):
    wrong = [f"{s.name}: {s.lines} lines" for s in project if s.lines > plan.LONGEST_FILE]
    for source in project:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= plan.LONGEST_FUNCTION:
                wrong.append(f"{source.name}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines")
    report(wrong, f"Files have at most {plan.LONGEST_FILE} lines, functions {plan.LONGEST_FUNCTION}")


def test_no_notes_to_self_star_imports_or_mutable_defaults(project):
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
    mutable = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    wrong = []
    for source in project:
        for number, line in enumerate(source.path.read_text().splitlines(), 1):
            if marks.search(line):
                wrong.append(f"{source.name}:{number}: a note to self")
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                wrong.append(f"{source.name}:{node.lineno}: import *")
            elif isinstance(node, ast.FunctionDef | ast.Lambda):
                defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
                made = [isinstance(d, ast.Call) and ast.unparse(d.func) in {"list", "dict", "set"} for d in defaults]
                if any(made) or any(isinstance(default, mutable) for default in defaults):
                    wrong.append(f"{source.name}:{node.lineno}: a mutable default")
    report(wrong, "No notes to self, no import *, no mutable defaults")


def test_no_assert_in_the_package(package):
    wrong = [f"{s.name}:{n.lineno}" for s in package for n in ast.walk(s.tree) if isinstance(n, ast.Assert)]
    report(wrong, "Input is checked by raising, not by assert")


def test_modules_define_and_do_nothing(package):
    """An `if` may guard imports for type checkers, a `try` an optional dependency."""
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    wrong = []
    for source in package:
        for place, node in enumerate(source.tree.body):
            docstring = place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            guard = isinstance(node, ast.If | ast.Try) and all(
                isinstance(inner, ast.Import | ast.ImportFrom | ast.Assign) for inner in node.body
            )
            if not (docstring or guard or isinstance(node, allowed)):
                wrong.append(f"{source.name}:{node.lineno}: {ast.unparse(node).splitlines()[0]}")
    report(wrong, "Modules hold definitions and constants and do no work")


def definitions(tree):
    """Returns the names that a module defines or imports at its top."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return names


def test_every_exported_name_exists(package):
    trees = {source.name: source.tree for source in package}
    wrong = []
    for source in package:
        wrong += [f"{source.name}: {n}" for n in eager_names(source.tree) if n not in definitions(source.tree)]
        for name, module in lazy_names(source.tree).items():
            target = source.name.replace("__init__", module.replace(".", "/"))
            if target not in trees or name not in definitions(trees[target]):
                wrong.append(f"{source.name}: {name} in {target}")
    report(wrong, "Exported names that do not exist")


def test_no_module_bears_the_name_of_a_public_function(package):
    wrong = []
    for room in plan.PLACES:
        inside = [source for source in package if room_of(source.name) == room and source.name.count("/") > 1]
        functions = {n.name for s in inside for n in s.tree.body if isinstance(n, ast.FunctionDef)}
        wrong += [s.name for s in inside if s.path.stem in {f for f in functions if not f.startswith("_")}]
    report(wrong, "Modules that bear the name of a public function of their folder")


def test_every_module_has_its_tests(package, root):
    wanted = {
        s.name: s.name.replace("bmt_tf/", "tests/", 1).replace(s.path.name, f"test_{s.path.name.lstrip('_')}")
        for s in package
        if not s.path.name.startswith("__")
    }
    report([f"{n}: no {test}" for n, test in wanted.items() if not (root / test).exists()], "Modules without tests")


def test_data_files_of_the_package_are_installed(root):
    packaging = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = packaging["package-data"]["bmt_tf"]
    installed = {path for pattern in patterns for path in (root / "bmt_tf").glob(pattern)}
    files = {p for p in (root / "bmt_tf").rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}}
    report(sorted(str(path) for path in files - installed), "Files that pyproject.toml does not install")
