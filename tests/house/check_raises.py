"""Lists every `raise` of the lower floors that no test has reached, after `pytest --cov`."""

import ast
import pathlib
import sys

import coverage

ROOT = pathlib.Path(__file__).resolve().parents[2]


def raise_lines(path):
    """Returns (first, last) line of every `raise` in a file."""
    tree = ast.parse(path.read_text())
    return sorted((node.lineno, node.end_lineno) for node in ast.walk(tree) if isinstance(node, ast.Raise))


def files_of(rooms, package):
    """Returns the files of rooms: of a folder all, of a single module that one."""
    return sorted(path for room in rooms for path in [*(package / room).rglob("*.py"), *package.glob(f"{room}.py")])


def unreached(paths, data_file, root):
    """Returns `file:line` of every `raise` in these files that the coverage data does not hold."""
    data = coverage.CoverageData(basename=str(data_file))
    data.read()
    missed = []
    for path in paths:
        executed = set(data.lines(str(path)) or ())
        spans = [span for span in raise_lines(path) if executed.isdisjoint(range(span[0], span[1] + 1))]
        missed += [f"{path.relative_to(root)}:{first}" for first, _ in spans]
    return missed


if __name__ == "__main__":
    import plan

    found = unreached(files_of(plan.COVERED, ROOT / "bmt_tf"), ROOT / ".coverage", ROOT)
    if found:
        print("No test reaches these raise statements:", *found, sep="\n  ", file=sys.stderr)
    sys.exit(bool(found))
