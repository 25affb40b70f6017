"""The ways to weigh the losses of tasks that a setting may name, and their options. No TensorFlow."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

NORMALISERS = ("none", "l2", "loss", "loss+")
MEASURED_BATCHES = 8  # on which weights are measured before training, where nothing else is said


@dataclasses.dataclass(frozen=True)
class Option:
    """An option of a way to weigh losses.

    Args:
        default: Its value where none is given, which says of what kind it is.
        holds: Whether a value is allowed.
        rule: What a value must be, in words.
    """

    default: Any
    holds: Callable[[Any], bool]
    rule: str


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _above_zero(default: float) -> Option:
    return Option(default, lambda value: 0 < value < float("inf"), "above 0 and finite")


def _choice(*values: Any) -> Option:
    """Returns an option with a few values, the first of which is the default."""
    return Option(values[0], lambda value: value in values, f"one of {', '.join(map(_text, values))}")


# What each needs, what it gives, and where it comes from is said in `training/weighting/<name>.py`.
WEIGHTINGS: Mapping[str, Mapping[str, Option]] = {
    "fixed": {},
    "uniform": {},
    "balanced": {"batches": Option(MEASURED_BATCHES, lambda value: value >= 1, "at least 1")},
    "uncertainty": {"rate": _above_zero(0.025)},
    "dwa": {"temperature": _above_zero(2.0)},
    "gradnorm": {
        "alpha": Option(1.5, lambda value: 0 <= value < float("inf"), "finite and not negative"),
        "rate": _above_zero(0.025),
    },
    "mgda_ub": {
        "normaliser": Option("l2", NORMALISERS.__contains__, f"one of {', '.join(NORMALISERS)}"),
        "divide": _choice(True, False),
        "scale_heads": _choice(True, False),
    },
}
CONSTANT = ("fixed", "uniform", "balanced")  # the weights do not move while the run goes on
ALONE = ("fixed", "uniform")  # those that a network of a single task may have
TOGETHER = ("gradnorm", "mgda_ub")  # those that look at the gradients of all tasks before any weight moves


@dataclasses.dataclass(frozen=True)
class WeightingChoice:
    """A way to weigh losses with all its options.

    Args:
        name: Its name, among `WEIGHTINGS`.
        options: Its options by name, all of them.
    """

    name: str
    options: Mapping[str, Any]

    @classmethod
    def parse(cls, text: str) -> "WeightingChoice":
        """Returns what a text such as `gradnorm` or `mgda_ub:normaliser=loss+,divide=false` names.

        Raises:
            ValueError: It names no way to weigh losses, or an option that it lacks or that is out of range.
        """
        name, _, tail = text.partition(":")
        if name not in WEIGHTINGS:
            raise ValueError(f"`weighting` must be one of {', '.join(WEIGHTINGS)}. Received: weighting={text!r}.")
        known, given = WEIGHTINGS[name], {}
        for item in tail.split(",") if tail else ():
            key, _, value = item.partition("=")
            if key not in known or key in given:
                some = (
                    f"options of {name}, {', '.join(known)}, once each" if known else f"no option, as {name} has none"
                )
                raise ValueError(f"`weighting` must have {some}. Received: {item!r} in weighting={text!r}.")
            given[key] = _value(known[key], value)
            if given[key] is None or not known[key].holds(given[key]):
                raise ValueError(
                    f"`weighting` must have an option {key} that is {known[key].rule}. Received: {item!r} in "
                    f"weighting={text!r}."
                )
        return cls(name, {key: given.get(key, option.default) for key, option in known.items()})

    @property
    def text(self) -> str:
        """The text that names it, without options that have their default; equal for equal choices."""
        known = WEIGHTINGS[self.name]
        changed = [f"{key}={_text(self.options[key])}" for key in known if self.options[key] != known[key].default]
        return ":".join(filter(None, [self.name, ",".join(changed)]))


def _value(option: Option, text: str) -> Any:
    """Returns the value that a text gives an option; None where it is of another kind."""
    kind = type(option.default)
    if kind is bool:
        return {"true": True, "false": False}.get(text)
    try:
        return kind(text)
    except ValueError:
        return None
