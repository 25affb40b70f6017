"""Tests of the three archives of NYUD_MT."""

import numpy as np
import pytest
from contracts.sources import SourceContract
from scipy.io import savemat

from bmt_tf.data import Nyud

CLASSES = np.array([[0, 1, 40], [2, 2, 5]], np.uint8)
DEPTH = np.array([[0, 1.5, 2], [3, 4, 9]])
NORMALS = np.array([[[0, 0, 1], [0, 1, 0], [1, 0, 0]], [[0, 0, 0], [-0.6, 0, 0.8], [0, 0, 1]]])
EDGE = np.array([[0, 1, 0], [1, 0, 1]])
SOFT_EDGE = np.array([[0, 128, 127], [255, 3, 200]], np.uint8)
PACKED_NORMALS = np.round((NORMALS + 1) * 127.5).astype(np.uint8)


def mat(path, key, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    savemat(path, {key: values})


def write_astmt(root, id_, write):
    def large(values):  # JPEG mixes the colours of 16 x 16 pixels: each value fills a block of its own
        return values.repeat(16, axis=0).repeat(16, axis=1)

    write(root / "images" / f"{id_}.jpg", np.full([32, 48, 3], 90, np.uint8))
    write(root / "normals" / f"{id_}.jpg", large(PACKED_NORMALS))
    write(root / "edge" / f"{id_}.png", large(SOFT_EDGE))
    mat(root / "segmentation" / f"{id_}.mat", "segmentation", large(CLASSES).astype(float))
    mat(root / "depth" / f"{id_}.mat", "depth", large(DEPTH))


def write_mtl_pytorch(root, id_, write):
    write(root / "images" / f"{id_}.jpg", np.full([2, 3, 3], 90, np.uint8))
    write(root / "normals" / f"{id_}.npy", NORMALS)
    write(root / "edge" / f"{id_}.npy", EDGE)
    write(root / "segmentation" / f"{id_}.png", CLASSES)
    write(root / "depth" / f"{id_}.npy", DEPTH.astype(np.float32))


def write_atrc(root, id_, write):
    write(root / "images" / f"{id_}.png", np.full([2, 3, 3], 90, np.uint8))
    write(root / "normals" / f"{id_}.png", PACKED_NORMALS)
    write(root / "edge" / f"{id_}.png", SOFT_EDGE)
    write(root / "segmentation" / f"{id_}.png", CLASSES)
    write(root / "depth" / f"{id_}.npy", DEPTH)


@pytest.fixture
def archive(tmp_path, write):
    def made(writer):
        for id_ in ("0001", "0002", "0009"):
            writer(tmp_path, id_, write)
        (tmp_path / "gt_sets").mkdir()
        (tmp_path / "gt_sets" / "train.txt").write_text("0009\r\n0001\n")
        (tmp_path / "gt_sets" / "val.txt").write_text("0002\n\n")
        return tmp_path

    return made


class TestNyud(SourceContract):
    @pytest.fixture(params=[write_astmt, write_mtl_pytorch, write_atrc])
    def root(self, archive, request):
        return str(archive(request.param))

    @pytest.fixture
    def source(self, root):
        return Nyud(root, "train")

    @pytest.fixture
    def others(self, root):
        return [Nyud(root, "val")]


@pytest.mark.parametrize("writer, step", [(write_astmt, 16), (write_mtl_pytorch, 1), (write_atrc, 1)])
def test_every_archive_gives_the_same_labels(archive, writer, step):
    root = archive(writer)
    source = Nyud(str(root), "train")
    assert source.ids == ("0009", "0001") and Nyud(str(root), "val").ids == ("0002",)
    labels = {name: label[step // 2 :: step, step // 2 :: step] for name, label in source[0]["labels"].items()}
    assert labels["semseg"][..., 0].tolist() == [[255, 0, 39], [1, 1, 4]]
    np.testing.assert_array_equal(labels["depth"][..., 0], np.where(DEPTH == 0, np.nan, DEPTH))
    assert labels["edge"][..., 0].tolist() == EDGE.tolist()
    invalid = (NORMALS == 0).all(-1, keepdims=True)
    np.testing.assert_allclose(labels["normals"], np.where(invalid, np.nan, NORMALS), atol=0.03)


def test_the_tasks_are_those_of_the_paper(archive):
    tasks = Nyud(str(archive(write_atrc)), "train").tasks
    assert (tasks["semseg"].channels, tasks["semseg"].classes[19], len(tasks)) == (40, "floor mat", 4)
    assert (tasks["edge"].measure.max_distance, tasks["edge"].loss.positive) == (0.011, 0.8)


def test_a_label_of_another_size_is_resized(archive, write):
    root = archive(write_mtl_pytorch)
    write(root / "images" / "0001.jpg", np.full([4, 6, 3], 90, np.uint8))
    labels = Nyud(str(root), "train")[1]["labels"]
    np.testing.assert_array_equal(labels["edge"][..., 0], EDGE.repeat(2, axis=0).repeat(2, axis=1))
    normals = labels["normals"]
    assert normals.shape == (4, 6, 3) and np.isnan(normals[2:, :2]).all() and not np.isnan(normals[:2]).any()
    np.testing.assert_allclose(np.linalg.norm(normals[:2], axis=-1), 1, atol=1e-6)
    np.testing.assert_allclose(normals[0, 0], [0, 0, 1], atol=0.2)


def test_missing_labels_are_ignored(archive):
    root = archive(write_atrc)
    (root / "depth" / "0009.npy").unlink()
    assert np.isnan(Nyud(str(root), "train")[0]["labels"]["depth"]).all()


def test_a_missing_image_is_named_when_it_is_read(archive):
    root = archive(write_mtl_pytorch)
    (root / "images" / "0009.jpg").unlink()
    source = Nyud(str(root), "train")
    with pytest.raises(FileNotFoundError, match=r"0009\.jpg"):
        source[0]


def test_missing_and_empty_lists_are_named(archive):
    root = archive(write_atrc)
    with pytest.raises(FileNotFoundError, match=r"with a list .*test\.txt. Received: split='test'"):
        Nyud(str(root), "test")
    (root / "gt_sets" / "val.txt").write_text("\n")
    with pytest.raises(ValueError, match=r"val\.txt: the list must hold one id per line"):
        Nyud(str(root), "val")


def test_depth_in_millimetres_is_refused_by_its_name(archive, write):
    root = archive(write_atrc)
    write(root / "depth" / "0009.npy", (DEPTH * 1000).astype(np.uint16))
    with pytest.raises(ValueError, match=r"depth/0009\.npy: .* from 0\.01 to 100\.0 metres, .*`metres_per_step`"):
        Nyud(str(root), "train")[0]


def test_a_list_may_begin_with_a_byte_order_mark(archive):
    root = archive(write_atrc)
    (root / "gt_sets" / "train.txt").write_bytes(b"\xef\xbb\xbf0009\r\n0001\r\n")
    assert Nyud(str(root), "train").ids == ("0009", "0001")
