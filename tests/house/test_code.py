"""How the code reads: short files and functions, no effects where none belong, no notes to self."""

import ast
import re

import pytest
from house import plan
from house.sources import imports, report, room_of, source_of

MARKS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
CONTENT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


def long_parts(project):
    wrong = [f"{s.name}: {s.lines} lines" for s in project if s.lines > plan.LONGEST_FILE]
    for source in project:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= plan.LONGEST_FUNCTION:
                wrong.append(f"{source.name}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines")
    return wrong


def effects(package):
    """Returns where the package reads flags, prints or exits, and where the lower floors log."""
    wrong = []
    for source in package:
        logs = plan.PLACES.get(room_of(source.name), (0,))[0] >= plan.PLACES[plan.LOGGING_FROM][0]
        for line, dotted in imports(source.tree, {"absl.flags", "absl.app", "absl.logging"}):
            if dotted in {"absl.flags", "absl.app", "argparse"} or (dotted.startswith("absl") and not logs):
                wrong.append(f"{source.name}:{line}: imports {dotted}")
        for node in ast.walk(source.tree):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in {"print", "sys.exit", "exit", "quit", "os._exit"}:
                wrong.append(f"{source.name}:{node.lineno}: calls {called}")
    return wrong


def traps(project):
    """Returns the star imports and mutable defaults."""
    wrong = []
    for source in project:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                wrong.append(f"{source.name}:{node.lineno}: import *")
            elif isinstance(node, ast.FunctionDef | ast.Lambda):
                defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
                made = [isinstance(d, ast.Call) and ast.unparse(d.func) in {"list", "dict", "set"} for d in defaults]
                if any(made) or any(isinstance(default, MUTABLE) for default in defaults):
                    wrong.append(f"{source.name}:{node.lineno}: a mutable default")
    return wrong


def work_on_import(package):
    """Returns the statements that do work: an `if` may guard imports for type checkers, a `try` a dependency."""
    wrong = []
    for source in package:
        for place, node in enumerate(source.tree.body):
            docstring = place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            guard = isinstance(node, ast.If | ast.Try) and all(
                isinstance(inner, ast.Import | ast.ImportFrom | ast.Assign) for inner in node.body
            )
            if not (docstring or guard or isinstance(node, CONTENT)):
                wrong.append(f"{source.name}:{node.lineno}: {ast.unparse(node).splitlines()[0]}")
    return wrong


def test_files_and_functions_are_short(project):
    report(
        long_parts(project), f"Files have at most {plan.LONGEST_FILE} lines, functions at most {plan.LONGEST_FUNCTION}"
    )


def test_flags_prints_and_exits_only_in_scripts(package):
    report(effects(package), "Flags, argparse, print and sys.exit belong to scripts/; absl.logging to the upper floors")


def test_no_star_imports_and_no_mutable_defaults(project):
    report(traps(project), "No import *, no mutable defaults")


def test_no_notes_to_self(project):
    wrong = [
        f"{source.name}:{number}"
        for source in project
        for number, line in enumerate(source.path.read_text().splitlines(), 1)
        if MARKS.search(line)
    ]
    report(wrong, "Notes to self")


def test_no_assert_in_the_package(package):
    wrong = [f"{s.name}:{n.lineno}" for s in package for n in ast.walk(s.tree) if isinstance(n, ast.Assert)]
    report(wrong, "Input is checked by raising, not by assert")


def test_modules_define_and_do_nothing(package):
    report(work_on_import(package), "Modules hold definitions and constants and do no work")


def test_scripts_work_only_inside_functions(project):
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in project
        for node in source.tree.body
        if source.name.startswith("scripts/") and isinstance(node, ast.For | ast.While | ast.With)
    ]
    report(wrong, "A script defines flags and functions; the library does the work")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (long_parts, "x = 1\n" * (plan.LONGEST_FILE + 1)),
        (long_parts, "def f():\n" + "    x = 1\n" * plan.LONGEST_FUNCTION),
        (effects, "from absl import flags"),
        (effects, "from absl import logging"),
        (effects, "def f():\n    print(1)"),
        (traps, "from numpy import *"),
        (traps, "def f(a=[]): pass"),
        (traps, "f = lambda a=dict(): a"),
        (work_on_import, "for x in y: z(x)"),
    ],
)
def test_the_rules_see_a_violation(rule, text):
    assert len(rule([source_of("bmt_tf/costs/made_up.py", text)])) == 1
