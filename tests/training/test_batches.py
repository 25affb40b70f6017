"""The batches of a run go on where they were."""

import itertools

import numpy as np

from bmt_tf.runs import Run
from bmt_tf.training.batches import run_batches


def test_batches_from_one_on_are_those_that_would_have_come(tiny):
    run = Run(tiny(held_out=4))
    whole, rest = (list(itertools.islice(run_batches(run, start), 5 - start)) for start in (0, 3))
    for ours, theirs in zip(rest, whole[3:], strict=True):
        np.testing.assert_array_equal(ours["image"], theirs["image"])
        np.testing.assert_array_equal(ours["labels"]["depth"], theirs["labels"]["depth"])
    assert ours["image"].shape == (2, 32, 32, 3)
