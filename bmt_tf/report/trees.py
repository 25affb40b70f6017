"""A tree in words: how it branches, and how it was found."""

import itertools
from collections.abc import Mapping, Sequence

from bmt_tf.grouping import Grouping
from bmt_tf.report.wording import TIMES


def method_of(grouping: Grouping | None) -> str:
    """Returns how a tree was found: `bmn`, `shared`, ... as its file or its form says; empty if nothing is known."""
    if grouping is None:
        return ""
    if grouping.made_by and grouping.made_by.get("method"):
        return str(grouping.made_by["method"])
    if len(grouping.tasks) > 1 and grouping.branches[-1] == 1:
        return "shared"
    return "separate" if grouping.branches[0] == len(grouping.tasks) else "by hand"


def branch_text(branches: Sequence[int]) -> str:
    """Returns the number of branches along a tree: `1×9 2×5 4×4` are nine blocks with one, five with two, ..."""
    return " ".join(f"{number}{TIMES}{len(list(run))}" for number, run in itertools.groupby(branches))


def made_by_text(made_by: Mapping | None) -> str:
    """Returns how a tree was found, in words; settings that are off or empty are left out."""
    return ", ".join(
        f"{key.replace('_', ' ')} {_in_words(value)}"
        for key, value in (made_by or {}).items()
        if isinstance(value, str | int | float) and value is not False and value != ""
    )


def _in_words(value: str | int | float) -> str:
    if isinstance(value, str | bool):
        return str(value).replace("_", " ")
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"
