"""Trainings in processes of their own, killed in the middle of an update, and gone on with.

Processes are forked from one that has imported TensorFlow and has not used it, which is a matter of milliseconds.
"""

import multiprocessing
import os
import signal

import tensorflow as tf
import toys  # noqa: F401 (registers the encoders of tests)

from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.training import train
from bmt_tf.training.optimizers import MomentumSGD

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tensorflow", "bmt_tf.training.train_loop", "bmt_tf.data.sets.scenes"])
UPDATED = 3  # variables that have new values, when the others have not


def in_a_process(function, *arguments):
    """Returns the exit status of a function called in a process of its own; that of a signal is negative."""
    process = CONTEXT.Process(target=function, args=arguments)
    process.start()
    process.join(timeout=120)
    return process.exitcode


def run(*configs):
    """Trains to the end, step by step."""
    tf.config.run_functions_eagerly(True)  # the few steps are sooner done than traced
    for config in configs:
        train(config)


def run_and_die(config, step):
    """Trains until the checkpoint of a step is written, and then until some variables have their next values."""
    save, update, seen = Checkpoints.save, MomentumSGD.update_step, []

    def saved(self, now):
        save(self, now)
        if now == step:
            seen.append(0)

    def updated(self, *arguments):
        update(self, *arguments)
        if seen:
            seen[0] += 1
            if seen[0] == UPDATED:
                os.kill(os.getpid(), signal.SIGKILL)

    Checkpoints.save, MomentumSGD.update_step = saved, updated
    run(config)
