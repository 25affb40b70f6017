"""The units of cost: what each is called, how it is shown, and what lambda is the price of. No TensorFlow."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Unit:
    """A unit of cost.

    Args:
        heading: What a table or an axis calls it.
        symbol: The symbol of the multiple in which costs are shown, such as `G`.
        divisor: The cost that this symbol stands for.
        lambda_scale: The cost that lambda is the price of in a branch search: the loss is the tasks' losses + lambda x
            expected cost / lambda_scale.
        counted: Whether costs are counted on the network; else they are measured on this machine.
    """

    heading: str
    symbol: str
    divisor: float
    lambda_scale: float
    counted: bool = True


UNITS = {
    "parameters": Unit("parameters", "M", 1e6, 1e6),
    "multiply_adds": Unit("multiply-adds", "G", 1e9, 1e9),
    "paper_multiply_adds": Unit("the papers' MAdds", "G", 1e9, 1e9),
    "milliseconds": Unit("latency", "ms", 1.0, 1.0, counted=False),
}


def get_unit(name: str) -> Unit:
    """Returns a unit by name.

    Args:
        name: `parameters`, `multiply_adds`, `paper_multiply_adds` or `milliseconds`.

    Raises:
        ValueError: There is no unit of that name.
    """
    if name not in UNITS:
        raise ValueError(f"`unit` must be one of {tuple(UNITS)}. Received: unit={name!r}.")
    return UNITS[name]


def counted_units() -> tuple[str, ...]:
    """Returns the names of the units that are counted; the others are measured."""
    return tuple(name for name, unit in UNITS.items() if unit.counted)
