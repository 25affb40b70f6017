"""Which names a folder of the package hands out, read from its `__init__.py`."""

import ast


def lazy_names(tree):
    """Returns public name -> submodule of a package that exports by `lazy_exports`."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "lazy_exports"]
    return {name: module for call in calls for name, module in ast.literal_eval(call.args[1]).items()}


def eager_names(tree):
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
