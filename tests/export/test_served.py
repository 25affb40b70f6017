"""A served network hands images on to the graph of their size, and refuses those it has none for."""

import numpy as np
import pytest

from bmt_tf.export.description import Description
from bmt_tf.export.served import ServedNetwork


class Noting(ServedNetwork):
    def run(self, images, entry_point, size):
        return {"entry_point": entry_point, "size": size}


def images(height, width):
    return np.zeros([1, height, width, 3], np.uint8)


def test_the_fastest_graph_that_takes_the_size_is_run():
    served = Noting("folder", Description("litert", (), ((8, 12), None), {}))
    assert served(images(8, 12)) == {"entry_point": "serve", "size": (8, 12)}
    assert served(images(8, 10), "depth") == {"entry_point": "depth", "size": None}


def test_another_size_is_refused_where_there_is_no_graph_for_any():
    served = Noting("folder", Description("litert", (), ((8, 12),), {}))
    assert served.takes((8, 12)) and not served.takes((12, 8))
    with pytest.raises(ValueError, match=r"`images` must have the size that folder was exported for, 8 x 12 pixels"):
        served(images(12, 8))
