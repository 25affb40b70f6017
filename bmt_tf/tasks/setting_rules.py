"""What the value of a setting in a file must be: in words, and as a check of what JSON can hold."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_LARGEST = 1e12  # beyond it a number is a slip, and sums of its squares are no numbers any more


@dataclass(frozen=True)
class SettingRule:
    """A rule for the value of a setting.

    Args:
        words: What the value must be; goes on from "`name` must be ".
        holds: Function from the value, of any type that JSON has, to whether it is so. It raises nothing.
    """

    words: str
    holds: Callable[[Any], bool]


def check_divisor(per: float | None) -> None:
    """Refuses what cannot count as 1 in a loss or a measure; None stands for the unit itself."""
    if per is not None and not 0 < per < math.inf:
        raise ValueError(f"`per` must be above 0. Received: per={per}.")


def number(least: float = -_LARGEST, most: float = _LARGEST, above: bool = False) -> SettingRule:
    """Returns the rule for a finite number within bounds; `above` leaves out the lower one."""
    if (least, most) == (-_LARGEST, _LARGEST):
        words = "a number"
    else:
        words = f"a number {'above' if above else 'from'} {least:g}" + (f" to {most:g}" if most < _LARGEST else " on")
    return SettingRule(
        words, lambda value: _is_number(value) and (least < value if above else least <= value) and value <= most
    )


def whole_number(least: int, most: int) -> SettingRule:
    """Returns the rule for a whole number within bounds."""
    return SettingRule(
        f"a whole number from {least} to {most}",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most,
    )


def list_of(rule: SettingRule, words: str, length: int | None = None) -> SettingRule:
    """Returns the rule for a list, not empty, whose entries follow another rule; `words` says what it is a list of."""
    return SettingRule(
        words,
        lambda value: (
            isinstance(value, list)
            and len(value) == (length or len(value) or -1)
            and all(rule.holds(entry) for entry in value)
        ),
    )


def either(*rules: SettingRule) -> SettingRule:
    """Returns the rule that one of several rules holds."""
    return SettingRule(
        ", or ".join(rule.words for rule in rules), lambda value: any(rule.holds(value) for rule in rules)
    )


def distinct(rule: SettingRule) -> SettingRule:
    """Returns the rule for a list of texts in which none occurs twice."""
    return SettingRule(rule.words, lambda value: rule.holds(value) and len(set(value)) == len(value))


def one_of(*values: str) -> SettingRule:
    """Returns the rule for one of a few texts."""
    return SettingRule(
        "one of " + ", ".join(f'"{value}"' for value in values),
        lambda value: isinstance(value, str) and value in values,
    )


ANYTHING = SettingRule("anything", lambda value: True)
NULL = SettingRule("null", lambda value: value is None)
TRUE_OR_FALSE = SettingRule("true or false", lambda value: isinstance(value, bool))
TEXT = SettingRule(
    "a text that is not empty", lambda value: isinstance(value, str) and bool(value.strip()) and value.isprintable()
)
FILE_NAME = SettingRule(
    "the name of a file",
    lambda value: TEXT.holds(value) and not set(value) & set('/\\:*?"<>|') and not value.startswith("."),
)
NUMBER, POSITIVE = number(), number(0, above=True)
RANGE = SettingRule(
    "a list of two numbers, the least from 0 on, the largest above it",
    lambda value: list_of(number(0), "", 2).holds(value) and value[0] < value[1],
)
BYTE = whole_number(0, 255)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= _LARGEST if isinstance(value, int) else math.isfinite(value)
