"""How long networks take as they are served: written in a format, loaded by its runtime, from photograph to arrays."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from bmt_tf._threads import threads_in_use
from bmt_tf.costs.timing import Timing, machine, time_in_turns
from bmt_tf.export.description import Description
from bmt_tf.export.formats import FORMATS, check_formats
from bmt_tf.export.served import ServedNetwork
from bmt_tf.export.serving import ALL_TASKS, Exportable

# Networks that are compared are measured so often. The threads of LiteRT wait for each other at every operation: beside
# other work on the machine the medians of 15 turns of one network differ by a seventh, those of 30 by half as much.
TURNS = 30


def served_latency(
    networks: Mapping[str, Exportable], image_size: tuple[int, int], runtime: str, *, runs: int = TURNS
) -> dict[str, dict[str, Timing]]:
    """Returns how long networks take for one photograph in the runtime that serves them, measured in turns.

    The time is that of a call from uint8 pixels to decoded predictions in arrays. It is measured with the threads that
    this process computes with, see `bmt_tf.use_threads`.

    Args:
        networks: By name, what is exported; what has fewer bits is calibrated on noise, as its ranges take no time.
        image_size: Height and width, in pixels, of the photograph; LiteRT gets a graph for this size.
        runtime: Name of a format, such as `saved_model`, `litert` or `onnx`. Its packages must be installed, and it
            must have the operators of every part.
        runs: Number of measured turns.

    Returns:
        Name of a network -> entry point -> median and spread, in milliseconds.
    """
    check_formats([runtime], "runtime")
    image = _photograph(image_size)
    calls = {}
    with contextlib.ExitStack() as folders:
        for name, network in networks.items():
            served = folders.enter_context(_served(network, image, runtime))
            for entry_point in network.names:
                calls[name, entry_point] = _call(served, image, entry_point)
        times = time_in_turns(calls, runs=runs)
    return {name: {entry: times[name, entry] for entry in network.names} for name, network in networks.items()}


def graph_latency(network: Exportable, image_size: tuple[int, int], *, runs: int = 15) -> Timing:
    """Returns what `served_latency` measures of a SavedModel, for all tasks, on its graph before it is written.

    Args:
        network: What would be exported.
        image_size: Height and width, in pixels, of the photograph.
        runs: Number of measured turns.
    """
    image = tf.constant(_photograph(image_size))
    eagerly = tf.config.functions_run_eagerly()  # as one does to find faults; what is served is a graph all the same
    tf.config.run_functions_eagerly(False)
    try:
        predict = network.entry_points()[ALL_TASKS]
        calls = {ALL_TASKS: lambda: [value.numpy() for value in predict(image).values()]}
        return time_in_turns(calls, runs=runs)[ALL_TASKS]
    finally:
        tf.config.run_functions_eagerly(eagerly)


def latency_record(
    image_size: Sequence[int], measure: Callable[[], Timing], earlier: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Returns the `milliseconds` of a network with what they hold for: `image_size`, `threads` and `machine`.

    Args:
        image_size: Height and width, in pixels, of the photograph.
        measure: Measures it; not called where an earlier record holds still.
        earlier: A record of the same network, whole or not.
    """
    now = {"image_size": list(image_size), "threads": threads_in_use(), "machine": machine()}
    known = earlier or {}
    if "milliseconds" in known and all(known.get(name) == value for name, value in now.items()):
        return {"milliseconds": known["milliseconds"], **now}
    return {"milliseconds": measure().median, **now}


def latency_of(served: ServedNetwork, image_size: tuple[int, int], *, runs: int = 15) -> Timing:
    """Returns how long an exported network takes to predict all tasks of one photograph.

    Args:
        served: The network.
        image_size: Height and width, in pixels, of the photograph.
        runs: Number of measured turns.

    Raises:
        ValueError: It was exported for images of another size.
    """
    image = _photograph(image_size)
    return time_in_turns({ALL_TASKS: lambda: served(image)}, runs=runs)[ALL_TASKS]


def _photograph(size: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (1, *size, 3)).astype(np.uint8)


@contextlib.contextmanager
def _served(network: Exportable, image: np.ndarray, runtime: str) -> Iterator[ServedNetwork]:
    format = FORMATS[runtime]
    sizes = (tuple(image.shape[1:3]),) if format.for_sizes else (None,)
    with tempfile.TemporaryDirectory(prefix="bmt_tf_") as folder:
        format.write(folder, network, sizes, image if format.calibrated else ())
        yield format.load(folder, Description(runtime, (), sizes, {}))


def _call(served: ServedNetwork, image: np.ndarray, entry_point: str) -> Callable[[], object]:
    return lambda: served(image, entry_point)
