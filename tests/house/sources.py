"""Python files as the house rules look at them: parsed, with their place, their imports and what they hand out."""

import ast
import collections
import functools
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]

Source = collections.namedtuple("Source", "name path text tree lines")  # name: path below the project, as text


def source_of(name, text):
    """Returns a file of this name and content, which need not be on disk."""
    return Source(name, ROOT / name, text, ast.parse(text), text.count("\n"))


def parsed(folder):
    """Returns the Python files below a folder of the project."""
    paths = sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)
    return [source_of(path.relative_to(ROOT).as_posix(), path.read_text()) for path in paths]


def documents():
    """Returns the paths of what a person reads."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def report(violations, rule):
    assert not violations, "\n  ".join([f"{rule}:", *violations])


def room_of(name):
    """Returns the room of a package file: its folder below `bmt_tf/`, or its own name; "" for the package itself."""
    return name.split("/")[1].removesuffix(".py").removesuffix("__init__")


def module_of(name):
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(tree, known=()):
    """Returns (line, dotted module) of every import; a name that is itself a module joins the dotted path."""
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


def on_import(source):
    """Returns a tree of a file that holds what runs on import: no functions, nothing for type checkers alone."""

    class Strip(ast.NodeTransformer):
        def visit_FunctionDef(self, node):
            return None

        def visit_If(self, node):
            return node.orelse if "TYPE_CHECKING" in ast.unparse(node.test) else node

    return Strip().visit(ast.parse(source.text))


@functools.cache
def code_lines(source):
    """Returns the lines of the code in one form: without docstrings and comments, strings in single quotes."""

    class Strip(ast.NodeTransformer):
        def visit_Expr(self, node):
            return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    return ast.unparse(Strip().visit(ast.parse(source.text))).splitlines()


def lazy_names(tree):
    """Returns public name -> submodule of a folder that exports by `lazy_exports`."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "lazy_exports"]
    return {name: module for call in calls for name, module in ast.literal_eval(call.args[1]).items()}


def eager_names(tree):
    """Returns the public names of a folder that exports by `__all__`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return []


def exported_names(package):
    """Returns file -> the names in it that its folder, or a folder above, hands out."""
    exported = {}
    for source in package:
        if not source.name.endswith("__init__.py"):
            continue
        for name, module in lazy_names(source.tree).items():
            exported.setdefault(source.name.replace("__init__", module.replace(".", "/")), set()).add(name)
        handed_on = eager_names(source.tree)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom):
                path = f"{node.module.replace('.', '/')}.py"
                exported.setdefault(path, set()).update({alias.name for alias in node.names} & set(handed_on))
    return exported
