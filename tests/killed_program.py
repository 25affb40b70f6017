"""Runs that end in the middle: by a kill in a process of their own, or as the folder that a kill would have left.

Processes are forked from one that has imported TensorFlow and has not used it, which is a matter of milliseconds.
"""

import contextlib
import multiprocessing
import os
import shutil
import signal

import pytest
import tensorflow as tf
import toys  # noqa: F401 (registers the encoders of tests)

from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.runs.config import TrainConfig
from bmt_tf.training.branch_search.loop import search
from bmt_tf.training.optimizers import CoupledAdam, MomentumSGD
from bmt_tf.training.train_loop import train

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["tensorflow", "bmt_tf.training.train_loop", "bmt_tf.training.branch_search.loop", "bmt_tf.data.sets.scenes"]
)
UPDATED = 3  # variables that have new values, when the others have not


class StoppedError(Exception):
    """Ends a part of a run."""


def in_a_process(function, *arguments, timeout=120):
    """Returns the exit status of a function called in a process of its own; that of a signal is negative."""
    process = CONTEXT.Process(target=function, args=arguments)
    process.start()
    process.join(timeout)
    return process.exitcode


def run(*configs):
    """Trains or searches to the end, step by step."""
    tf.config.run_functions_eagerly(True)  # the few steps are sooner done than traced
    for config in configs:
        _go(config)


def run_and_die(config, step, stops=()):
    """Goes on until the checkpoint of a step is written, and then until some variables have their next values.

    Before that it begins anew after each of the numbers of checkpoints in `stops`, from what lies on the disk.
    """
    for stop in stops:
        with _stopped_after(stop), contextlib.suppress(StoppedError):
            run(config)
    with in_the_update_after(step, lambda: os.kill(os.getpid(), signal.SIGKILL)):
        run(config)


def run_traced(unbroken, resumed, step):
    """Trains by traced steps; and again from the checkpoint of a step."""

    def copied(save, checkpoints, now):
        save(checkpoints, now)
        if now == step:
            shutil.copytree(unbroken.run_dir, resumed.run_dir)

    with saving(copied):
        train(unbroken)
    train(resumed)


@contextlib.contextmanager
def saving(do):
    """Calls `do(save, checkpoints, step)` in the place of `save(checkpoints, step)`, while the block runs."""
    save = Checkpoints.save
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Checkpoints, "save", lambda checkpoints, step: do(save, checkpoints, step))
        yield


@contextlib.contextmanager
def in_the_update_after(step, do):
    """Calls `do` when, after the checkpoint of a step, some variables have their next values and the others not."""
    seen = []

    def saved(save, checkpoints, now):
        save(checkpoints, now)
        if now == step:
            seen.append(0)

    def counting(update):
        def updated(*arguments):
            update(*arguments)
            if seen:
                seen[0] += 1
                if seen[0] == UPDATED:
                    do()

        return updated

    with saving(saved), pytest.MonkeyPatch.context() as patch:
        for optimizer in (MomentumSGD, CoupledAdam):
            patch.setattr(optimizer, "update_step", counting(optimizer.update_step))
        yield


def _stopped_after(number):
    """Raises once so many checkpoints have been written."""
    saved = []

    def save_and_stop(save, checkpoints, step):
        save(checkpoints, step)
        saved.append(step)
        if len(saved) == number:
            raise StoppedError

    return saving(save_and_stop)


def _go(config):
    return train(config) if isinstance(config, TrainConfig) else search(config)
