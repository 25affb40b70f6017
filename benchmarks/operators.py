"""What a training step spends its time on: the operators of one that shares everything, by TensorFlow's profiler."""

import collections
import contextlib
import pathlib
import tempfile

import tensorflow as tf

from benchmarks.scene_problem import training
from benchmarks.topics import Settings

STEPS = 10
SHARE = 0.01  # of all operators' time; less is not worth a row
FRAME = ("Process", "Run")  # which hold the others, with the step itself


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the milliseconds of each kind of operator in a step over four tasks, and its share of all of them."""
    problem = training(settings)
    steps = problem.steps(problem.trainer(), STEPS)
    steps()
    taken = operator_seconds(steps)
    whole = sum(taken.values())
    found = [("all operators, those beside each other added", f"{1000 * whole / STEPS:.0f} ms")]
    for name, seconds in sorted(taken.items(), key=lambda item: -item[1]):
        if seconds >= SHARE * whole:
            found.append((name, f"{1000 * seconds / STEPS:.1f} ms, {seconds / whole:.0%}"))
    return found


def operator_seconds(call) -> dict[str, float]:
    """Returns the seconds that operators took while something is called, by their kind."""
    with tempfile.TemporaryDirectory(prefix="operators_") as folder:
        with _profiled(folder):
            call()
        [path] = pathlib.Path(folder).rglob("*.xplane.pb")
        return _by_kind(path.read_bytes())


@contextlib.contextmanager
def _profiled(folder):
    tf.profiler.experimental.start(folder)
    try:
        yield
    finally:
        tf.profiler.experimental.stop()


def _by_kind(content: bytes) -> dict[str, float]:
    from tensorflow.tsl.profiler.protobuf.xplane_pb2 import XSpace

    seconds = collections.Counter()
    for plane in XSpace.FromString(content).planes:
        for line in plane.lines:
            for event in line.events:
                # The profiler writes NAME:KIND, and more than operators, without a kind.
                name, _, kind = plane.event_metadata[event.metadata_id].name.rpartition(":")
                if name and kind not in FRAME and not kind.strip().startswith("__inference"):
                    seconds[kind.removeprefix("_MklNative")] += event.duration_ps / 1e12
    return dict(seconds)
