"""Which examples to take: set aside by seed, or evenly spread."""

import numpy as np


def split_indices(count: int, held_out: float | int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the numbers of the examples to keep and of those to set aside, drawn without replacement.

    Args:
        count: Number of examples.
        held_out: How many to set aside: a fraction below 1 (float, rounded down), or a number (int).
        seed: Seed of the draw.

    Returns:
        Two sorted int64 arrays, the rest and the held-out ones, neither of them empty.

    Raises:
        ValueError: Fewer examples than asked for, or none would be left on one side.
    """
    number = int(count * held_out) if isinstance(held_out, float) else held_out
    if not 0 < number < count:
        raise ValueError(
            f"`held_out` must leave at least one of the {count} examples on each side. "
            f"Received: held_out={held_out!r}, which sets {number} aside."
        )
    order = np.random.default_rng(seed).permutation(count)
    return np.sort(order[number:]), np.sort(order[:number])


def evenly_spread(total: int, count: int) -> np.ndarray:
    """Returns the numbers of some examples, evenly spread from the first to the last.

    Args:
        total: Number of examples, at least 1.
        count: How many to take, at least 1; all where there are fewer.

    Returns:
        Sorted int array without repetition.
    """
    return np.unique(np.linspace(0, total - 1, min(count, total)).round().astype(int))
