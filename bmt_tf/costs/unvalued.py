"""Networks without values, for those who only count."""

import contextlib
from collections.abc import Iterator

import keras

# Keras has no public name for the list that it keeps here.
from keras.src.backend.common import global_state

_WAITING = "uninitialized_variables"


@contextlib.contextmanager
def without_values() -> Iterator[None]:
    """Lets networks be built whose variables have shapes and no values.

    To draw values and to give them a place takes most of the time of building a wide network. Such a network can be
    counted, and nothing else.
    """
    before = list(global_state.get_global_attribute(_WAITING, []))
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        # Else Keras would draw their values when it leaves the next scope of this kind.
        global_state.set_global_attribute(_WAITING, before)
