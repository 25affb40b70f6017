"""Names and files: what is handed out exists, no name means two things, every module is tested, kept and installed."""

import ast
import fnmatch
import tomllib

from house import plan
from house.sources import eager_names, lazy_names, report, room_of, source_of


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


def absent_names(package):
    """Returns the exported names that their modules do not define."""
    trees = {source.name: source.tree for source in package}
    wrong = []
    for source in package:
        wrong += [f"{source.name}: {n}" for n in eager_names(source.tree) if n not in definitions(source.tree)]
        for name, module in lazy_names(source.tree).items():
            target = source.name.replace("__init__", module.replace(".", "/"))
            if target not in trees or name not in definitions(trees[target]):
                wrong.append(f"{source.name}: {name} in {target}")
    return wrong


def names_of_two_things(package):
    """Returns the modules that bear the name of a public function of their room."""
    wrong = []
    for room in plan.PLACES:
        inside = [source for source in package if room_of(source.name) == room and source.name.count("/") > 1]
        functions = {n.name for s in inside for n in s.tree.body if isinstance(n, ast.FunctionDef)}
        wrong += [s.name for s in inside if s.path.stem in {f for f in functions if not f.startswith("_")}]
    return wrong


def hidden(names, ignored):
    """Returns the files that lines of a .gitignore keep from git, as far as those name files or folders anywhere."""
    anywhere = [line.rstrip("/") for line in ignored if line.strip("/") and "/" not in line.rstrip("/")]
    return [name for name in names if any(fnmatch.fnmatch(part, line) for part in name.split("/") for line in anywhere)]


def test_every_exported_name_exists(package):
    report(absent_names(package), "Exported names that do not exist")


def test_the_rule_of_exports_sees_a_name_that_is_not_there():
    lazy = source_of("bmt_tf/costs/__init__.py", 'lazy_exports(__name__, {"table": "tables", "row": "tables"})')
    eager = source_of("bmt_tf/search/__init__.py", "from bmt_tf.search.exact import front\n__all__ = ['front', 'tree']")
    module = source_of("bmt_tf/costs/tables.py", "def table(): pass")
    assert absent_names([lazy, eager, module]) == [
        "bmt_tf/costs/__init__.py: row in bmt_tf/costs/tables.py",
        "bmt_tf/search/__init__.py: tree",
    ]


def test_no_module_bears_the_name_of_a_public_function(package):
    report(names_of_two_things(package), "Modules that bear the name of a public function of their room")


def test_the_rule_of_modules_sees_one():
    made_up = [source_of(f"bmt_tf/costs/{name}.py", "def table(): pass") for name in ("table", "tables")]
    assert names_of_two_things(made_up) == ["bmt_tf/costs/table.py"]


def test_every_folder_of_the_package_is_a_package(package):
    folders = {source.path.parent for source in package}
    report(sorted(str(folder) for folder in folders if not (folder / "__init__.py").exists()), "No __init__.py")


def test_every_module_has_its_tests(package, root):
    wanted = {
        s.name: s.name.replace("bmt_tf/", "tests/", 1).replace(s.path.name, f"test_{s.path.name.lstrip('_')}")
        for s in package
        if not s.path.name.startswith("__")
    }
    report([f"{n}: no {test}" for n, test in wanted.items() if not (root / test).exists()], "Modules without tests")


def test_git_ignores_no_file_of_the_project(project, root):
    ignored = (root / ".gitignore").read_text().splitlines()
    report(hidden([source.name for source in project], ignored), "Files that .gitignore hides")
    assert hidden(["bmt_tf/runs/run.py", "a/b.pyc"], ["runs", "*.pyc"]) == ["bmt_tf/runs/run.py", "a/b.pyc"]
    assert not hidden(["bmt_tf/runs/run.py"], ["/runs/", "notebooks/runs", "run"])


def test_data_files_of_the_package_are_installed(root):
    packaging = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = packaging["package-data"]["bmt_tf"]
    installed = {path for pattern in patterns for path in (root / "bmt_tf").glob(pattern)}
    files = {p for p in (root / "bmt_tf").rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}}
    report(sorted(str(path) for path in files - installed), "Files that pyproject.toml does not install")
