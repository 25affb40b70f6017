"""With how many threads TensorFlow computes: a choice for the whole process, made before its first operation."""

import contextlib
import os
import re

AUTO, DEFAULT = "auto", "default"
_LIMITS = "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"  # TensorFlow's own, by which studies limit their jobs


def use_threads(threads: str = AUTO, branches: int = 1) -> str:
    """Chooses with how many threads TensorFlow computes in this process.

    TensorFlow's default is as many threads inside an operation as there are cores, and as many operations beside each
    other. The many small operations of a branched network then wait for each other's threads; with one thread inside an
    operation they are computed beside each other instead. Results are equal up to the rounding of sums.

    `auto` is the rule: twice as many operations beside each other as there are branches, since a backward pass has two
    products for every one, but no more than cores; and inside an operation as many threads as that leaves of them. So
    it is `1x2` on two cores. On more it is what is expected to be fast, but has not been measured: compare short runs
    of other `--threads` there by the seconds per step in their `training.json`. Where there is a GPU, `auto` is
    `default`.

    It must be called before TensorFlow computes anything; after that the process goes on with the threads that it has.
    What was chosen before, `auto` leaves as it is.
    The environment variables TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS are limits from outside, which no choice
    exceeds.

    Args:
        threads: `auto`; `default`, TensorFlow's own choice; or, as in `1x2`, how many threads inside an operation, and
            how many operations beside each other.
        branches: How many branches of a network, or candidates of a block, can be computed beside each other.

    Returns:
        What the process computes with from now on: `default`, or as in `1x2`.

    Raises:
        ValueError: `threads` is neither.
    """
    wanted = parsed_threads(threads)
    import tensorflow as tf

    if threads == AUTO and threads_in_use() == DEFAULT and not tf.config.list_physical_devices("GPU"):
        wanted = _by_rule(_cores(), branches)
    if wanted is not None:
        limits = (os.environ.get(name, "") for name in _LIMITS)
        inside, beside = (
            min(number, int(limit)) if limit.isdigit() and int(limit) else number
            for number, limit in zip(wanted, limits, strict=True)
        )
        with contextlib.suppress(RuntimeError):  # It has computed before.
            tf.config.threading.set_intra_op_parallelism_threads(inside)
            tf.config.threading.set_inter_op_parallelism_threads(beside)
    return threads_in_use()


def threads_in_use() -> str:
    """Returns what `use_threads` has chosen for this process, as in `1x2`; `default` if it has chosen nothing."""
    import tensorflow as tf

    inside = tf.config.threading.get_intra_op_parallelism_threads()
    beside = tf.config.threading.get_inter_op_parallelism_threads()
    return f"{inside}x{beside}" if inside and beside else DEFAULT


def thread_count() -> int:
    """Returns how many threads another runtime is to compute with: as many as TensorFlow has in all, or as cores.

    LiteRT and ONNX Runtime compute one operation after the other, and have threads inside an operation only.
    """
    parsed = parsed_threads(threads_in_use())
    return parsed[0] * parsed[1] if parsed else _cores()


def parsed_threads(threads: str) -> tuple[int, int] | None:
    """Returns the threads inside an operation and the operations beside each other; None for `auto` and `default`.

    Raises:
        ValueError: `threads` is none of what `use_threads` takes.
    """
    if threads in (AUTO, DEFAULT):
        return None
    found = re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})", threads)
    if not found:
        raise ValueError(f"`threads` must be auto, default, or two numbers as in 1x2. Received: threads={threads!r}.")
    return int(found[1]), int(found[2])


def _by_rule(cores: int, branches: int) -> tuple[int, int]:
    beside = min(cores, 2 * branches)
    return max(1, cores // beside), beside


def _cores() -> int:
    """Returns how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
