"""Checkpoints that survive a kill: written every few steps, the newest whole one is read."""

import os
import re

import tensorflow as tf
from absl import logging

KEPT = 3
_UNREADABLE = (tf.errors.OpError, IndexError, ValueError, AssertionError)


class Checkpoints:
    """The checkpoints of a run.

    Args:
        run_dir: Directory of the run; files go to its `checkpoints/`.
        tracked: What is saved and restored, by name.
        writes: Whether this process keeps what it writes. Of several workers all must take part in saving, and all
            but the chief write to a directory of their own that nobody reads.
    """

    def __init__(self, run_dir: str, writes: bool = True, **tracked):
        self._checkpoint = tf.train.Checkpoint(**tracked)
        self._directory = os.path.join(run_dir, "checkpoints")
        target = self._directory if writes else os.path.join(run_dir, "checkpoints_of_other_workers")
        self._manager = tf.train.CheckpointManager(self._checkpoint, target, max_to_keep=KEPT, checkpoint_name="ckpt")

    def save(self, step: int) -> None:
        """Writes a checkpoint; an older one is deleted only when the new one is whole.

        Args:
            step: Updates done; names the checkpoint.

        Raises:
            OSError: It cannot be written, for example because the disk is full; older ones are still there.
        """
        try:
            self._manager.save(checkpoint_number=step)
        except (tf.errors.OpError, OSError) as error:
            raise OSError(f"The checkpoint of step {step} could not be written to {self._directory} "
                          f"({type(error).__name__}: {error}). Older checkpoints: {saved_steps(self._directory)}.") from error

    def restore(self, step: int | None = None) -> int | None:
        """Reads the newest checkpoint that is whole and returns its step; none where there is none.

        Args:
            step: Read this one instead of the newest.

        Raises:
            ValueError: There are checkpoints, but none of them can be read.
        """
        steps = saved_steps(self._directory) if step is None else [step]
        for tried, candidate in enumerate(reversed(steps)):
            try:
                self._read(candidate)
            except _UNREADABLE as error:
                earlier = steps[:-1 - tried]
                logging.warning(
                    "The checkpoint of step %d in %s cannot be read (%s); %s.", candidate, self._directory,
                    str(error).splitlines()[0] if str(error) else type(error).__name__,
                    f"falling back to that of step {earlier[-1]}" if earlier else "there is none before it",
                )
                continue
            return candidate
        if steps:
            raise ValueError(f"The checkpoints of steps {steps} in {self._directory} must be whole and of this network; "
                             "none could be read.")
        return None

    def _read(self, step: int) -> None:
        status = self._checkpoint.restore(os.path.join(self._directory, f"ckpt-{step}"))
        status.assert_existing_objects_matched().expect_partial()


def saved_steps(directory: str) -> list[int]:
    """Returns the steps of the checkpoints in a directory, in rising order.

    Args:
        directory: The `checkpoints` directory of a run.
    """
    if not tf.io.gfile.isdir(directory):
        return []
    names = (re.fullmatch(r"ckpt-(\d+)\.index", name) for name in tf.io.gfile.listdir(directory))
    return sorted(int(match.group(1)) for match in names if match)
