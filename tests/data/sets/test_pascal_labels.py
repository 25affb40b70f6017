"""What is computed from the files of PASCAL-Context, against values worked out by hand."""

import numpy as np
import pytest
from pascal_files import ALL, PARTS, PERSONS, anno, mask
from scipy.io import savemat

from bmt_tf.data.sets.pascal_labels import area_borders, human_parts, laplacian_edges
from bmt_tf.tasks import get_task
from bmt_tf.tasks.edges.thinning import pack, thin


@pytest.fixture
def edges(tmp_path):
    """Function from a reader and a LabelMap to edges, as rows."""

    def read(reader, label_map):
        savemat(tmp_path / "a.mat", {"LabelMap": np.asarray(label_map, np.uint16)})
        label = reader(str(tmp_path / "a.mat"), "a", get_task("edge"))
        assert label.dtype == np.uint8 and label.ndim == 3
        return label[..., 0].tolist()

    return read


def by_thinning(rows):
    return (thin(pack(np.array(rows), 1))[..., 0] > 0).astype(int).tolist()


def test_edges_to_train_on_are_where_the_laplacian_is_not_zero(edges):
    # One odd pixel: the operator fires on it and on its four neighbours; on the border pixels are mirrored, not
    # repeated, so that the one above the corner counts its lower neighbour twice and fires as well.
    one = np.full([5, 5], 7)
    one[2, 2] = 9
    fired = [[0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]]
    assert edges(laplacian_edges, one) == by_thinning(fired)
    # A ramp of numbers gives nothing inside; at its ends the mirrored neighbour does not cancel.
    assert edges(laplacian_edges, [[1, 2, 3, 4]] * 3) == by_thinning([[1, 0, 0, 1]] * 3)
    # 65535 + 65535 does not overflow.
    assert edges(laplacian_edges, np.full([3, 3], 65535)) == [[0, 0, 0]] * 3


def test_edges_to_score_on_are_borders_of_areas(edges):
    two = [[1, 1, 2, 2], [1, 1, 2, 2], [1, 1, 1, 1]]
    assert edges(area_borders, two) == by_thinning([[0, 1, 0, 0], [0, 1, 1, 1], [0, 0, 0, 0]])
    # Equal numbers that touch at a corner alone are two areas: the corner pixel lies on a border to the lower right.
    corner = [[1, 1, 1], [1, 5, 1], [1, 1, 5]]
    assert edges(area_borders, corner) == by_thinning([[1, 1, 0], [1, 1, 1], [0, 1, 0]])


def test_later_parts_and_persons_cover_earlier_ones_and_dogs_have_no_parts(tmp_path):
    def read(*objects):
        savemat(tmp_path / "a.mat", {"anno": anno(*objects)})
        label = human_parts(str(tmp_path / "a.mat"), "a", get_task("human_parts"))
        return None if label is None else label[..., 0].tolist()

    assert read(*PERSONS) == PARTS
    assert read(*PERSONS[:3], (15, ALL, [("hair", mask("xxxx", "....", "....")), ("rfoot", ALL)])) == [[6] * 4] * 3
    assert read() is read((12, ALL, [("head", ALL)])) is read((15, ALL, [])) is None
