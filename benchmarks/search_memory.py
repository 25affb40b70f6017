"""Where the memory of a search goes: the most held after each stage of an update, the setting that of `supergraph`.

Each update is measured in a process of its own.
"""

import multiprocessing
from collections.abc import Iterator

from benchmarks.spill import peak_bytes
from benchmarks.topics import Settings

PHASES, SIDES, STEPS = ("theta", "alpha"), (64, 128), 3


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the peaks of memory by update and image size; the settings have no part in it."""
    del settings
    from bmt_tf._threads import threads_in_use

    found = []
    for phase in PHASES:
        for side in SIDES:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                peaks = pool.apply(_peaks, (phase, side, threads_in_use()))
            said = ", ".join(f"{stage} {held / 2**30:.2f}" for stage, held in peaks)
            found.append((f"{phase}, {side} x {side}", f"{said} GiB"))
    return found


def _peaks(phase: str, side: int, threads: str) -> list[tuple[str, int]]:
    from bmt_tf import use_threads

    use_threads(threads)
    return [(stage, peak_bytes()) for stage in stages(phase, side)]


def stages(phase: str, side: int) -> Iterator[str]:
    """Returns the stages of an update, each named when it is over.

    Args:
        phase: `"theta"` or `"alpha"`.
        side: Height and width of the images.
    """
    import tensorflow as tf

    from benchmarks.supergraph import batch_of, problem
    from bmt_tf.training.branch_search.steps import SearchSteps

    tasks, config, encoder, table = problem((side, side))
    yield "TensorFlow and the package"
    steps = SearchSteps(config, encoder, tasks, table)
    yield "supergraph"
    update = getattr(steps, f"{phase}_function")(tf.distribute.get_strategy())
    arguments = batch_of(tasks, (side, side)), tf.constant(0, tf.int64), tf.constant(1.0)
    update.traced.get_concrete_function(*arguments)
    yield "traced"
    for _ in range(STEPS):
        [float(loss) for loss in update(*arguments)["losses"].values()]
    yield "computed"
