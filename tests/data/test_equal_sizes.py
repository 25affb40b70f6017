"""Batches of one size."""

from bmt_tf.data import equal_sizes
from bmt_tf.data.equal_sizes import batches_of_one_size


def test_every_place_comes_once_beside_those_of_its_size():
    sizes = [(4, 6), (5, 6), (4, 6), (6, 5), (4, 6), (5, 6)]
    assert list(batches_of_one_size(sizes, 2)) == [[0, 2], [4], [1, 5], [3]]
    assert list(batches_of_one_size(sizes, 8)) == [[0, 2, 4], [1, 5], [3]]


def test_large_images_come_by_fewer_than_were_asked_for(monkeypatch):
    monkeypatch.setattr(equal_sizes, "PIXELS_PER_BATCH", 50)
    assert list(batches_of_one_size([(5, 5)] * 3 + [(10, 10)] * 2, 8)) == [[0, 1], [2], [3], [4]]
