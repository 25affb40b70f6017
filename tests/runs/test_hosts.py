"""Several hosts share images and networks; with real hosts: tests/training/test_several_hosts.py."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.runs.hosts import Hosts


def hosts(count):
    return [Hosts(tf.distribute.get_strategy(), index, count) for index in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("images", [0, 1, 5, 12])
def test_the_parts_of_all_hosts_are_all_images_each_once_in_order_and_about_as_many(count, images):
    indices = np.arange(100, 100 + images)
    parts = [host.share(indices) for host in hosts(count)]
    assert sorted(np.concatenate(parts)) == list(indices)
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1 and all((np.diff(part) > 0).all() for part in parts)


def test_a_host_alone_is_chief_and_adds_nothing():
    (alone,) = hosts(1)
    assert alone.chief and alone.total(np.array([1, 2])).tolist() == [1, 2]
    alone.meet()
