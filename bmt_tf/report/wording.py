"""How a report writes numbers, costs and settings."""

import math
from collections.abc import Iterable, Mapping, Sequence

from bmt_tf.costs.units import UNITS, Unit

SIZES = frozenset({"image_size"})  # settings that are a height and a width
DASH, MINUS, TIMES = "\u2013", "\u2212", "\u00d7"


def decimals(values: Iterable[float]) -> int:
    """Returns how many decimals show three digits of the largest of finite numbers, at most 4."""
    largest = max(map(abs, values))
    return max(0, min(4, 2 - math.floor(math.log10(largest)))) if largest else 2


def with_minus(text: str) -> str:
    """Returns the text of a number with the typographer's minus."""
    return text.replace("-", MINUS)


def unit_of(name: str) -> Unit:
    """Returns a unit of cost; one of the user's own is shown as it is."""
    return UNITS.get(name) or Unit(heading=name or "cost", symbol="", divisor=1.0, lambda_scale=1.0)


def cost_text(cost: float, unit: str) -> str:
    """Returns a cost with its symbol, such as `0.198 G`."""
    shown = unit_of(unit)
    return f"{cost / shown.divisor:.4g} {shown.symbol}".strip()


def axis_label(unit: str) -> str:
    """Returns what an axis of costs is called, such as `multiply-adds (G)`."""
    shown = unit_of(unit)
    return f"{shown.heading} ({shown.symbol})" if shown.symbol else shown.heading


def setting_text(name: str, value) -> str:
    """Returns the value of a setting: a size as `96 × 128`, a number with its thousands apart,
    values by task as `semseg psp, depth deeplab`."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return (f" {TIMES} " if name in SIZES else ", ").join(map(str, value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def method_id(method: str) -> str:
    """Returns what the names of a method's parts of a page begin with."""
    return f"method.{method or 'other'}."
