"""The text that names an embedded data set, with its options."""

from collections.abc import Sequence


def numbers_in(spec: str, name: str, options: Sequence[str]) -> dict[str, int]:
    """Returns the options that a text gives, by name.

    Args:
        spec: The name of the data set or, with options, a text such as `"scenes:train=64,seed=1"`.
        name: The data set's name.
        options: Names of the options it has; `train` and `seed` among them.

    Raises:
        ValueError: The text does not have this form.
    """
    begin, _, tail = spec.partition(":")
    if begin != name:
        raise ValueError(f"`data` must begin with '{name}'. Received: data={spec!r}.")
    numbers = {}
    for item in tail.split(",") if tail else ():
        key, _, value = item.partition("=")
        if key not in options or key in numbers or not value.isdecimal():
            raise ValueError(
                f"`data` must be '{name}', or '{name}:' and whole numbers for some of {', '.join(options)} once each, "
                f"as in '{name}:train=64,seed=1'. Received: {item!r} in data={spec!r}."
            )
        numbers[key] = int(value)
    return numbers
