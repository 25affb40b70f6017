"""Updates as traced functions, whose graphs a processor computes as they were traced."""

import contextlib
from collections.abc import Callable, Iterator

import tensorflow as tf


class TracedUpdate:
    """An update as a traced function that TensorFlow does not rewrite on a CPU.

    Rewriting the graph of an update takes as long as tracing it, and saves no step anything there (docs/speed.md). On
    a GPU it chooses how maps lie in memory, and is left to.

    Args:
        function: The update; conditions in Python are not converted, which would take a quarter of the time of tracing.
        xla: Whether XLA compiles it.

    Attributes:
        traced: The `tf.function`.
    """

    def __init__(self, function: Callable, *, xla: bool = False):
        self.traced = tf.function(function, autograph=False, jit_compile=xla or None)
        self._rewritten = bool(tf.config.list_physical_devices("GPU"))

    def __call__(self, *arguments):
        """Returns what the update returns."""
        if self._rewritten:
            return self.traced(*arguments)
        with _graphs_as_traced():
            return self.traced(*arguments)


@contextlib.contextmanager
def _graphs_as_traced() -> Iterator[None]:
    name = "disable_meta_optimizer"
    before = tf.config.optimizer.get_experimental_options().get(name, False)
    tf.config.optimizer.set_experimental_options({name: True})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({name: before})
