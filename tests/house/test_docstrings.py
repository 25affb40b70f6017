"""Exported names say what they take, give and refuse; other docstrings do not list what says nothing."""

import ast
import re

from house.sources import exported_names, report, source_of

FRAMEWORK_METHODS = {
    "build",
    "call",
    "get_config",
    "from_config",
    "compute_output_shape",
    "update_step",
    "apply_gradients",
}
# An `Args` block of a name that is not exported says something if an entry has more words than this.
FEW_WORDS = 3


def own_nodes(function):
    """Yields the nodes of a function's body, not those of functions inside it."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def raises(function):
    """Tells whether a function raises itself; handing on what it caught does not count."""
    return any(isinstance(node, ast.Raise) and node.exc is not None for node in own_nodes(function))


def returns(function):
    """Tells whether a function hands back a value."""
    given = [node.value for node in own_nodes(function) if isinstance(node, ast.Return) and node.value is not None]
    yields = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function))
    return yields or any(not (isinstance(value, ast.Constant) and value.value is None) for value in given)


def arguments(function):
    args = function.args
    every = [*args.posonlyargs, *args.args, *filter(None, [args.vararg]), *args.kwonlyargs, *filter(None, [args.kwarg])]
    return [a.arg for a in every if a.arg not in {"self", "cls"} and not a.arg.startswith("_")]


def raising_helpers(tree):
    """Returns the functions and methods of a module that raise, themselves or through others of the module.

    A function that calls one of them may say so in its own docstring; it need not.
    """
    inside = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found, before = {node.name for node in inside if raises(node)}, None
    while found != before:
        before = set(found)
        found |= {node.name for node in inside if called(node) & found}
    return found


def called(function):
    names = [node.func for node in own_nodes(function) if isinstance(node, ast.Call)]
    return {name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "") for name in names}


def section_faults(docstring, wanted, allowed):
    """Returns the faults of a docstring, given the sections it must and the ones it may have."""
    lines = {line.strip() for line in docstring.splitlines()}
    has = {name for name in ("Args", "Returns", "Raises") if f"{name}:" in lines}
    has |= {"Args"} if "Attributes:" in lines else set()
    has |= {"Returns"} if "Yields:" in lines else set()
    missing, idle = sorted(wanted - has), sorted(has - wanted - allowed)
    return [f"lacks {name}" for name in missing] + [f"needs no {name}" for name in idle]


def function_faults(function, helpers):
    docstring = ast.get_docstring(function)
    if not docstring:
        return ["has no docstring"]
    takes, gives = bool(arguments(function)), returns(function)
    plain = docstring.startswith(("Returns", "Yields"))  # then no section of that name is needed
    wanted = {"Args"} if takes else set()
    wanted |= {"Returns"} if gives and not plain else set()
    wanted |= {"Raises"} if raises(function) else set()
    return section_faults(docstring, wanted, {"Returns"} | ({"Raises"} if called(function) & helpers else set()))


def class_faults(node, helpers):
    docstring = ast.get_docstring(node)
    if not docstring:
        return ["has no docstring"]
    bases = {ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases}
    if any(base.endswith(("Error", "Warning", "Exception", "Protocol", "Enum")) for base in bases):
        return []
    makers = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name in {"__init__", "__post_init__"}]
    decorated = any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
    fields = [n for n in node.body if isinstance(n, ast.AnnAssign) and not ast.unparse(n.target).startswith("_")]
    takes = any(arguments(maker) for maker in makers) or bool(fields and (decorated or "NamedTuple" in bases))
    wanted = ({"Args"} if takes else set()) | ({"Raises"} if any(map(raises, makers)) else set())
    helped = any(called(maker) & helpers for maker in makers)
    return section_faults(docstring, wanted, {"Returns", "Args"} | ({"Raises"} if helped else set()))


def is_free(function):
    """Tells whether a method needs no docstring: private, special, a property, an override of the framework's."""
    marks = {ast.unparse(decorator).split(".")[-1] for decorator in function.decorator_list}
    special = function.name.startswith("_") or function.name in FRAMEWORK_METHODS
    return special or bool(marks & {"property", "cached_property", "setter", "override", "overload"})


def faults_of(source, exported):
    """Yields (node, name, fault) for the exported names that a file defines."""
    helpers = raising_helpers(source.tree)
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in exported:
            yield from ((node, node.name, fault) for fault in function_faults(node, helpers))
        elif isinstance(node, ast.ClassDef) and node.name in exported:
            yield from ((node, node.name, fault) for fault in class_faults(node, helpers))
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not is_free(method):
                    name = f"{node.name}.{method.name}"
                    yield from ((method, name, fault) for fault in function_faults(method, helpers))


def argument_entries(docstring):
    """Returns name -> text of the `Args` section of a docstring."""
    block = re.search(r"^Args:\n(.*?)(?:\n\s*\n|\Z)", docstring or "", re.DOTALL | re.MULTILINE)
    entries = re.findall(
        r"^    (\**\w+): (.*?)(?=^    \**\w+: |\Z)", block[1] if block else "", re.DOTALL | re.MULTILINE
    )
    return dict(entries)


def empty_lists(package):
    """Returns the functions whose `Args` say next to nothing; exported ones and their public methods are left out."""
    exported, wrong = exported_names(package), []
    for source in package:
        names = exported.get(source.name, ())
        free = {node for node in source.tree.body if getattr(node, "name", "") in names}
        free |= {method for node in free for method in node.body if not getattr(method, "name", "_").startswith("_")}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef) and node not in free:
                entries = argument_entries(ast.get_docstring(node))
                if entries and all(len(text.split()) <= FEW_WORDS for text in entries.values()):
                    wrong.append(f"{source.name}:{node.lineno}: {node.name}")
    return wrong


def test_every_module_says_what_it_is(project):
    wrong = [source.name for source in project if source.lines and not ast.get_docstring(source.tree)]
    report(wrong, "Modules without a docstring")


def test_exported_names_say_what_they_take_give_and_refuse(package):
    exported = exported_names(package)
    wrong = [
        f"{source.name}:{node.lineno}: {name} {fault}"
        for source in package
        for node, name, fault in faults_of(source, exported.get(source.name, ()))
    ]
    report(wrong, "Docstrings of exported names")


def test_other_docstrings_do_not_list_what_says_nothing(package):
    report(empty_lists(package), "Names that are not exported list arguments in three words or fewer")


def test_the_rule_of_sections_sees_what_is_missing():
    source = ast.parse('def f(a):\n    """Gives a."""\n    if a:\n        raise ValueError\n    return a\n')
    assert function_faults(source.body[0], set()) == ["lacks Args", "lacks Raises", "lacks Returns"]
    source = ast.parse('def f():\n    """Returns 1.\n\n    Raises:\n        ValueError: no.\n    """\n    return 1\n')
    assert function_faults(source.body[0], set()) == ["needs no Raises"]


def test_the_rule_of_lists_sees_one_that_says_nothing():
    text = 'def {}(a, b):\n    """Adds.\n\n    Args:\n        a: A number.\n        b: {}\n    """\n'
    folder = source_of("bmt_tf/costs/__init__.py", 'lazy_exports(__name__, {"add": "sums"})')
    made_up = source_of(
        "bmt_tf/costs/sums.py",
        text.format("add", "Another.")
        + text.format("plus", "Another\n            one.")
        + text.format("minus", "Metres, at least 0."),
    )
    assert empty_lists([folder, made_up]) == ["bmt_tf/costs/sums.py:8: plus"]
