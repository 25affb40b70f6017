"""Python functions in a dataset, called by TensorFlow's threads until the interpreter ends, and not beyond."""

import atexit
import functools
import threading
import time
from collections.abc import Callable

import numpy as np
import tensorflow as tf

_QUIET = 0.1  # seconds without a call after which no more are expected
_LONGEST = 10.0  # seconds to wait for calls at the end


def python_call(function: Callable[[np.ndarray], list[np.ndarray]], place: tf.Tensor, dtypes: list) -> list[tf.Tensor]:
    """Returns what a Python function without state, from an array to a list of arrays, makes of a tensor."""
    # Under TensorFlow's op determinism, functions that may have state are called one at a time.
    return tf.numpy_function(_calls().counted(function), [place], dtypes, stateful=False)


class _Calls:
    """Counts the calls that run, and lets none begin once the interpreter ends.

    An iterator that is still alive then, for instance in the frames of an exception, waits for its calls to return; as
    Python lets no thread of TensorFlow run any more, it would wait for ever. So at the end every call is answered at
    once, with what an earlier one returned, until the iterator's buffer is full and no more calls come.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._begun = self._running = 0
        self._ending = False

    def counted(self, function: Callable) -> Callable:
        earlier = []

        def call(place):
            with self._lock:
                self._begun += 1
                self._running += 1
            try:
                if self._ending and earlier:
                    return earlier[0]
                result = function(place)
                earlier[:] = [result]
                return result
            finally:
                with self._lock:
                    self._running -= 1

        return tf.autograph.experimental.do_not_convert(call)

    def end(self) -> None:
        """Waits until no call runs and none begins any more."""
        self._ending = True
        limit, before = time.monotonic() + _LONGEST, -1
        while (self._running or self._begun != before) and time.monotonic() < limit:
            before = self._begun
            time.sleep(_QUIET)


@functools.cache
def _calls() -> _Calls:
    calls = _Calls()
    atexit.register(calls.end)
    return calls
