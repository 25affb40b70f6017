"""By how much one method is better than another at equal cost, and how sure that is: networks of a seed in pairs."""

import itertools
import math
import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.special import stdtr

from bmt_tf.report.lines import Line, lines_of
from bmt_tf.report.tables import COST_KEYS, GAIN_KEY, Table
from bmt_tf.report.wording import DASH, with_minus

CHOOSING = ("bmn", "bmtas", "fafs")  # methods that choose trees
RIVALS = ("shared", "vanilla", "random", "permuted", *CHOOSING)  # what their trees are compared with
EQUAL_COST = 0.05  # up to this fraction costs are equal; `shared` is cheaper than any other tree
ALL = "all budgets"


@dataclass(frozen=True)
class Difference:
    """Differences of delta_m between networks of two methods, each between two of one seed, in percent.

    Args:
        pairs: The differences, positive where the first method is better.
    """

    pairs: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean of the differences."""
        return statistics.mean(self.pairs)

    @property
    def error(self) -> float:
        """The standard error of the mean; NaN for one pair."""
        count = len(self.pairs)
        return statistics.stdev(self.pairs) / math.sqrt(count) if count > 1 else math.nan

    @property
    def p_value(self) -> float:
        """How often chance alone gives as large a mean, by a two-sided paired t-test; NaN where all pairs are equal."""
        if not self.error > 0:
            return math.nan
        return float(2 * stdtr(len(self.pairs) - 1, -abs(self.mean) / self.error))


@dataclass(frozen=True)
class Compared:
    """A method at one budget, or at all of them together, beside its rivals.

    Args:
        name: The name of its line; of all budgets together, the method and that.
        method: The method.
        rivals: The differences by the method of the rival, in the order of `RIVALS`.
    """

    name: str
    method: str
    rivals: Mapping[str, Difference]


def compared_methods(table: Table) -> list[Compared]:
    """Returns each choice of a method beside networks of equal cost, then each method over all choices trained alike.

    Compared are networks of equal settings but for the tree, whose multiply-adds differ by at most 5 %; networks that
    share everything cost less, and are compared with all. A permuted tree is compared with trees of its form. Of a seed
    with several networks of a method, as of random trees, their mean is taken. A rival without two pairs is left out.
    """
    lines, found = lines_of(table), []
    alike: dict[tuple, list[Compared]] = {}
    for line in (line for line in lines if line.entry.method in CHOOSING):
        pairs = {method: _pairs(table, line, _rivals(line, lines, method)) for method in RIVALS}
        one = Compared(line.entry.name, line.entry.method, _sure(pairs))
        if one.rivals:
            found.append(one)
            alike.setdefault((one.method, line.entry.repetition.settings), []).append(one)
    ordered = sorted(alike.items(), key=lambda item: CHOOSING.index(item[0][0]))
    return found + [_together(method, choices) for (method, _), choices in ordered if len(choices) > 1]


def rivals_of(compared: Sequence[Compared]) -> list[str]:
    """Returns the methods that any of the compared has beside it, in the order of `RIVALS`."""
    return [method for method in RIVALS if any(method in one.rivals for one in compared)]


def difference_text(difference: Difference | None) -> tuple[str, str]:
    """Returns a difference with its standard error, and how sure it is, in words; a dash where there is none."""
    if difference is None:
        return DASH, ""
    p_value = difference.p_value
    sure = "no spread" if math.isnan(p_value) else "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"
    shown = with_minus(f"{difference.mean:+.2f}") + f" ± {difference.error:.2f}"
    return shown, f"{sure}, {len(difference.pairs)} pairs"


def _together(method: str, choices: Sequence[Compared]) -> Compared:
    pairs = {
        rival: [pair for one in choices if rival in one.rivals for pair in one.rivals[rival].pairs] for rival in RIVALS
    }
    folder = os.path.dirname(choices[0].name)  # as of runs by other weights, which lie in a folder of their own
    return Compared(os.path.join(folder, f"{method}, {ALL}"), method, _sure(pairs))


def _sure(pairs: Mapping[str, Sequence[float]]) -> dict[str, Difference]:
    return {method: Difference(tuple(values)) for method, values in pairs.items() if len(values) > 1}


def _rivals(line: Line, lines: Sequence[Line], method: str) -> list[Line]:
    """Returns the lines of another method that a line may be compared with."""
    return [other for other in lines if other.entry.method == method != line.entry.method and _fair(line, other)]


def _fair(line: Line, other: Line) -> bool:
    ours, theirs = line.entry.repetition, other.entry.repetition
    if ours is None or theirs is None or ours.settings != theirs.settings:
        return False
    if other.entry.method == "permuted" and ours.form != theirs.form:
        return False
    cost, their_cost = (one.entry.value(COST_KEYS["multiply_adds"]) for one in (line, other))
    return other.entry.method == "shared" or abs(cost - their_cost) <= EQUAL_COST * cost


def _pairs(table: Table, line: Line, rivals: Sequence[Line]) -> list[float]:
    """Returns the differences, one for each seed that both sides have."""
    ours, theirs = _by_seed(table, [line]), _by_seed(table, rivals)
    return [ours[seed] - theirs[seed] for seed in ours if seed in theirs]


def _by_seed(table: Table, lines: Sequence[Line]) -> dict[int, float]:
    """Returns the mean delta_m of lines' networks by their seed."""
    entries = [table.entries[number] for line in lines for number in line.numbers]
    known = [(entry.seed, entry.value(GAIN_KEY)) for entry in entries if math.isfinite(entry.value(GAIN_KEY))]
    by_seed = itertools.groupby(sorted(known), key=lambda pair: pair[0])
    return {seed: statistics.mean(gain for _, gain in pairs) for seed, pairs in by_seed}
