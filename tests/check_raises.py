"""Lists every `raise` of the lower floors that no test has reached, after `pytest --cov`.

The floors are the `source` of coverage's settings in pyproject.toml.
"""

import ast
import pathlib
import sys
import tomllib

import coverage

ROOT = pathlib.Path(__file__).resolve().parents[1]


def raise_lines(path):
    """Returns (first, last) line of every `raise` in a file."""
    tree = ast.parse(path.read_text())
    return sorted((node.lineno, node.end_lineno) for node in ast.walk(tree) if isinstance(node, ast.Raise))


def unreached(data_file=ROOT / ".coverage", root=ROOT):
    """Returns `file:line` of every `raise` below the configured folders that the coverage data does not hold."""
    folders = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["coverage"]["run"]["source"]
    data = coverage.CoverageData(basename=str(data_file))
    data.read()
    missed = []
    for path in sorted(file for folder in folders for file in (root / folder).rglob("*.py")):
        executed = set(data.lines(str(path)) or ())
        spans = [span for span in raise_lines(path) if executed.isdisjoint(range(span[0], span[1] + 1))]
        missed += [f"{path.relative_to(root)}:{first}" for first, _ in spans]
    return missed


if __name__ == "__main__":
    found = unreached()
    if found:
        print("No test reaches these raise statements:", *found, sep="\n  ", file=sys.stderr)
    sys.exit(bool(found))
