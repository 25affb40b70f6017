"""Fresh weights from seeds of their own, so that building a network leaves the process's generators as they are."""

import contextlib
import random
from collections.abc import Iterator


def network_seed(seed: int) -> int:
    """Returns the seed of a network's fresh weights that follows from a run's; `build_branched` takes it."""
    return random.Random(seed).randrange(2**31)


@contextlib.contextmanager
def drawn_for(seed: int, name: str) -> Iterator[None]:
    """Makes Keras, which draws what has no seed of its own from Python's generator, draw it for this seed and name."""
    state = random.getstate()
    random.seed(f"{seed}/{name}")
    try:
        yield
    finally:
        random.setstate(state)
