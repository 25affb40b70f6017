"""Labels written to a file and read."""

import numpy as np
import pytest

from bmt_tf.data.labels.label_files import read_label


@pytest.fixture
def read(tmp_path, write):
    """The function `read(task, values, suffix, **encoding)`: what a file with these values is read as."""

    def written_and_read(task, values, suffix=".png", **encoding):
        write(tmp_path / f"label{suffix}", values)
        label = read_label(str(tmp_path / f"label{suffix}"), task, encoding)
        assert label.dtype == task.kind.dtype
        assert label.shape == task.kind.label_shape(task.channels, *(*label.shape, 0)[:2])
        return label

    return written_and_read


@pytest.fixture
def row():
    """The function `row(*values, dtype)`: an array with one row of pixels."""
    return lambda *values, dtype=np.uint8: np.array([values], dtype)
