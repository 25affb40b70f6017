"""Checkpoints that survive a kill: written every few steps, the newest whole one is read."""

import os
import re
import tempfile

import tensorflow as tf
from absl import logging

KEPT = 3
_UNREADABLE = (tf.errors.OpError, IndexError, ValueError, AssertionError)


class Checkpoints:
    """The checkpoints of a run.

    Args:
        directory: Where they lie; local or remote.
        writes: Whether this process keeps what it writes. Of several workers all must take part in saving; what the
            others write is deleted at once.
        **tracked: What is saved and restored, by name.
    """

    def __init__(self, directory: str, writes: bool = True, **tracked):
        self._checkpoint = tf.train.Checkpoint(**tracked)
        self._directory = directory
        self._writes = writes

    def save(self, step: int) -> None:
        """Writes a checkpoint; older ones are deleted, but for the last three, only when the new one is whole.

        Args:
            step: Updates done; names the checkpoint.

        Raises:
            OSError: It cannot be written, for example because the disk is full; older ones are still there.
        """
        if not self._writes:
            with tempfile.TemporaryDirectory(prefix="checkpoint_") as elsewhere:
                self._checkpoint.write(os.path.join(elsewhere, "ckpt"))
            return
        try:
            tf.io.gfile.makedirs(self._directory)
            self._checkpoint.write(self._path(step))
        except (tf.errors.OpError, OSError) as error:
            raise OSError(
                f"The checkpoint of step {step} could not be written to {self._directory} ({type(error).__name__}: "
                f"{error}). Older checkpoints: {saved_steps(self._directory)}."
            ) from error
        for old in saved_steps(self._directory)[:-KEPT]:
            # The index goes first: without it the rest is no checkpoint.
            for path in sorted(tf.io.gfile.glob(f"{self._path(old)}.*"), reverse=True):
                tf.io.gfile.remove(path)

    def restore(self, step: int | None = None) -> int | None:
        """Reads the newest checkpoint that is whole.

        Args:
            step: Read this one instead of the newest.

        Returns:
            Its step; None where there is no checkpoint.

        Raises:
            ValueError: There are checkpoints, but none of them can be read, or none of `step`.
        """
        steps = saved_steps(self._directory)
        if step is not None:
            if step not in steps:
                raise ValueError(
                    f"`step` must be that of a checkpoint in {self._directory}, {steps}. Received: step={step}."
                )
            steps = [step]
        for place in reversed(range(len(steps))):
            try:
                status = self._checkpoint.read(self._path(steps[place]))
                status.assert_existing_objects_matched().expect_partial()
            except _UNREADABLE as error:
                logging.warning(
                    "The checkpoint of step %d in %s cannot be read (%s); %s.",
                    steps[place],
                    self._directory,
                    (str(error) or type(error).__name__).splitlines()[0],
                    f"falling back to that of step {steps[place - 1]}" if place else "there is none before it",
                )
            else:
                return steps[place]
        if steps:
            raise ValueError(
                f"The checkpoints of steps {steps} in {self._directory} must be whole and of this "
                "network; none could be read."
            )
        return None

    def _path(self, step: int) -> str:
        return os.path.join(self._directory, f"ckpt-{step}")


def saved_steps(directory: str) -> list[int]:
    """Returns the steps of the checkpoints in a directory, in rising order."""
    if not tf.io.gfile.isdir(directory):
        return []
    names = (re.fullmatch(r"ckpt-(\d+)\.index", name) for name in tf.io.gfile.listdir(directory))
    return sorted(int(match.group(1)) for match in names if match)
