"""The right strategy for the devices at hand."""

import pytest
import tensorflow as tf

from bmt_tf.training.strategy import is_chief, make_strategy


def test_one_replica_takes_no_strategy(two_devices):
    assert make_strategy(1) is tf.distribute.get_strategy()
    assert is_chief(make_strategy(1))


def test_two_replicas_are_mirrored(two_devices):
    strategy = make_strategy(2)
    assert isinstance(strategy, tf.distribute.MirroredStrategy)
    assert strategy.num_replicas_in_sync == 2


def test_more_replicas_than_devices_are_refused(two_devices):
    with pytest.raises(ValueError, match="`replicas` must be at most the number of CPU devices, 2"):
        make_strategy(3)
