"""Images and labels at the size at which a run loads them."""

import math

import numpy as np
import pytest
from contracts.sources import SourceContract

from bmt_tf.data.loaded import Loaded, at_load_size, loaded_size
from bmt_tf.tasks import LabelKind, Scaling, get_task

OFFSETS = LabelKind("offsets", "float32", True, math.nan, "linear", 2, Scaling.PIXELS, mirrored=(0,))  # (x, y)
SHIFT = LabelKind("shift", "float32", True, math.nan, "relu", 1, Scaling.PIXELS)
TASKS = (
    get_task("semseg", channels=3),
    get_task("depth"),
    get_task("normals"),
    get_task("scene", channels=4),
    get_task("depth", name="instances", kind=OFFSETS, channels=2),
    get_task("depth", name="disparity", kind=SHIFT),
)


@pytest.fixture
def source(array_source):
    rng = np.random.default_rng(0)

    def labels(height, width):
        normals = rng.normal(size=(height, width, 3))
        return {
            "semseg": rng.choice([0, 1, 2, 255], (height, width, 1)).astype(np.uint8),
            "depth": rng.uniform(1, 5, (height, width, 1)).astype(np.float32),
            "normals": (normals / np.linalg.norm(normals, axis=-1, keepdims=True)).astype(np.float32),
            "scene": np.full(4, 0.25, np.float32),
            "instances": np.where(rng.random((height, width, 1)) < 0.3, np.nan, rng.normal(size=(height, width, 2)))
            .astype(np.float32),
            "disparity": rng.uniform(0, 9, (height, width, 1)).astype(np.float32),
        }  # fmt: skip

    images = [rng.integers(0, 256, [8, 12, 3], np.uint8), np.full([12, 6, 3], 40, np.uint8)]
    return array_source(TASKS, images, [labels(8, 12), labels(12, 6)])


class TestLoaded(SourceContract):
    @pytest.fixture
    def source(self, source):
        return Loaded(source, (4, 6))

    @pytest.fixture
    def others(self, array_source):
        return [Loaded(array_source(TASKS, [np.zeros([8, 12, 3], np.uint8)]), (4, 6))]


def test_every_kind_of_label_comes_to_the_size_by_its_own_rule(source):
    small, whole = Loaded(source, (4, 3))[0], source[0]["labels"]
    assert small["image"].shape == (4, 3, 3) and small["image"].dtype == np.uint8
    labels = small["labels"]
    for name in ("semseg", "depth"):  # values that were there, in the classes' numbers and in metres
        np.testing.assert_array_equal(labels[name], whole[name][::2, ::4])
    np.testing.assert_array_equal(labels["scene"], whole["scene"])
    np.testing.assert_allclose(labels["disparity"], whole["disparity"][::2, ::4] / 4)
    np.testing.assert_allclose(labels["instances"], whole["instances"][::2, ::4] * [1 / 4, 1 / 2], rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(labels["normals"], axis=-1), 1, atol=1e-6)
    assert all(label.dtype == whole[name].dtype for name, label in labels.items())


def test_an_image_of_the_size_stays_as_it_is(source):
    same = Loaded(source, (8, 12))[0]
    np.testing.assert_array_equal(same["image"], source[0]["image"])
    np.testing.assert_array_equal(same["labels"]["normals"], source[0]["labels"]["normals"])


def test_the_shorter_side_keeps_the_form():
    assert loaded_size((3000, 4000), (480,)) == (480, 640) and loaded_size((4000, 3000), (480,)) == (640, 480)
    assert loaded_size((1024, 2048), (256, 512)) == (256, 512)
    assert loaded_size((1, 1000), (1,)) == (1, 1000)


def test_without_a_size_it_is_the_source(source):
    assert at_load_size(source, ()) is source
    assert [at_load_size(source, (4,)).image_size(index) for index in (0, 1)] == [(4, 6), (8, 4)]
