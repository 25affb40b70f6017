"""Files that the chief of several workers writes for all of them, at the start of a run."""

import os
import time
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf.runs.strategy import is_chief, meet

WAITED_SECONDS = 600.0
_LOOK_EVERY = 0.2


def written_by_chief(
    strategy: tf.distribute.Strategy, path: str, content: Callable[[], dict[str, Any]], *, anew: bool
) -> dict[str, Any]:
    """Returns the JSON content of a file that the chief writes and every worker reads.

    Args:
        strategy: The strategy of the run.
        path: The file.
        content: Makes the content; called by the chief alone, where the file is to be written.
        anew: Whether the chief writes it even where it is: what a run has left that never got to a checkpoint.

    Returns:
        The content as it is read back, the same for all workers.

    Raises:
        TimeoutError: Another worker than the chief has waited for the file in vain.
    """
    if is_chief(strategy):
        if anew or not files.exists(path):
            files.write_json(path, content())
    else:
        _wait_for(path)
    meet(strategy)  # A file that was there before may be about to be replaced: nobody reads until the chief is here.
    return files.read_json(path)


def _wait_for(path: str) -> None:
    end = time.monotonic() + WAITED_SECONDS
    while not files.exists(path):
        if time.monotonic() > end:
            raise TimeoutError(
                f"`run_dir` must be a directory that all workers see, and in which the chief is at work. Received: "
                f"{os.path.dirname(path)!r}, where the chief has not written {os.path.basename(path)} within "
                f"{WAITED_SECONDS:.0f} seconds; look at what it says."
            )
        time.sleep(_LOOK_EVERY)
