"""Checkpoints that survive a kill: written every few steps, the newest whole one is read."""

import os
import re
import tempfile

import keras
import tensorflow as tf
from absl import logging

from bmt_tf import _files as files
from bmt_tf.layers import random_states

KEPT = 3
_UNREADABLE = (tf.errors.OpError, IndexError, ValueError, AssertionError)


class Checkpoints:
    """The checkpoints of a run in a local or remote directory, which hold what is `tracked`, by name.

    With a model they hold what its dropout layers draw next, which Keras leaves out.

    Of several workers all must take part in saving; what those write that have `writes=False` is deleted at once.
    """

    def __init__(self, directory: str, writes: bool = True, **tracked):
        layers = {name: part for name, part in tracked.items() if isinstance(part, keras.layers.Layer)}
        states = {f"{name}_random_states": random_states(layer) for name, layer in layers.items()}
        self._checkpoint = tf.train.Checkpoint(**tracked, **{name: kept for name, kept in states.items() if kept})
        self._directory = files.expanded(directory)
        self._writes = writes

    def save(self, step: int) -> None:
        """Writes the checkpoint after `step` updates; only once it is whole all but the last three are deleted."""
        if not self._writes:
            with tempfile.TemporaryDirectory(prefix="checkpoint_") as elsewhere:
                self._checkpoint.write(os.path.join(elsewhere, "ckpt"))
            return
        try:
            files.make_folder(self._directory)
            self._checkpoint.write(files.join(self._directory, _name(step)))
        except (tf.errors.OpError, OSError) as error:
            raise OSError(
                f"The checkpoint of step {step} could not be written to {self._directory} ({type(error).__name__}: "
                f"{error}). Older checkpoints: {saved_steps(self._directory)}."
            ) from error
        for old in saved_steps(self._directory)[:-KEPT]:
            # The index goes first: without it the rest is no checkpoint.
            for name in sorted(files.file_names(self._directory), reverse=True):
                if name.startswith(f"{_name(old)}."):
                    files.remove(files.join(self._directory, name))

    def restore(self, step: int | None = None) -> int | None:
        """Reads the newest checkpoint that is whole, or that of `step`, and returns its step; None where there is none.

        That there are some, of which none can be read, is an error.
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
                with files.pattern_free(self._directory) as directory:
                    status = self._checkpoint.read(files.join(directory, _name(steps[place])))
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


def _name(step: int) -> str:
    return f"ckpt-{step}"


def saved_steps(directory: str) -> list[int]:
    """Returns the steps of the checkpoints in a directory, in rising order."""
    names = (re.fullmatch(r"ckpt-(\d+)\.index", name) for name in files.file_names(directory))
    return sorted(int(match.group(1)) for match in names if match)
