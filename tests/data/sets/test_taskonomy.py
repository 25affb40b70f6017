"""Taskonomy, from small files as its makers describe them."""

import numpy as np
import pytest
from contracts.sources import SourceContract

from bmt_tf.data import check_data, data_tasks, open_data, split_names
from bmt_tf.data.sets.taskonomy import Taskonomy
from bmt_tf.data.sets.taskonomy_labels import CLASSES, PLACES

SIZE = (16, 16)
LIST = "id,train,val,test\rhanson,1,0,0\rmerom,1,0,0\rdarden,0,1,0\rihlen,0,0,1\r"


def noise(seed, least, most, dtype):
    return np.random.default_rng(seed).integers(least, most, SIZE).astype(dtype)


def probabilities(seed):
    values = np.random.default_rng(seed).random(365)
    return values / values.sum()


def write_view(root, building, view, write):
    seed, stem = view, f"point_{view}_view_0_domain"
    folder = root / building
    write(folder / "rgb" / f"{stem}_rgb.png", np.random.default_rng(seed).integers(0, 256, [*SIZE, 3], np.uint8))
    write(folder / "segment_semantic" / f"{stem}_segmentsemantic.png", noise(seed, 0, 18, np.uint8))
    write(folder / "depth_zbuffer" / f"{stem}_depth_zbuffer.png", noise(seed, 200, 5000, np.uint16))
    write(folder / "edge_texture" / f"{stem}_edge_texture.png", noise(seed, 0, 65536, np.uint16))
    write(folder / "keypoints2d" / f"{stem}_keypoints2d.png", noise(seed, 0, 500, np.uint16))
    write(folder / "class_scene" / f"{stem}_class_places.npy", probabilities(seed))


@pytest.fixture
def root(tmp_path, write):
    for building, view in (("hanson", 3), ("hanson", 1), ("Merom", 2), ("darden", 4), ("ihlen", 5)):
        write_view(tmp_path, building, view, write)
    (tmp_path / "train_val_test_tiny.csv").write_bytes(LIST.encode())
    return tmp_path


class TestTaskonomy(SourceContract):
    @pytest.fixture
    def source(self, root):
        return open_data(str(root), "train")

    @pytest.fixture
    def others(self, root):
        return [Taskonomy(str(root), split) for split in ("val", "test")]


def test_labels_are_those_of_the_files(root):
    assert check_data(str(root)) == []
    source = Taskonomy(str(root), "train")
    assert source.ids == ("hanson/point_1_view_0", "hanson/point_3_view_0", "merom/point_2_view_0")
    labels = source[1]["labels"]
    stored = noise(3, 0, 18, np.uint8).astype(int)
    np.testing.assert_array_equal(labels["semseg"][..., 0], np.where(stored == 0, 255, stored - 1))
    np.testing.assert_array_equal(labels["depth"][..., 0], noise(3, 200, 5000, np.float32) / 512)
    np.testing.assert_allclose(labels["scene"], probabilities(3), rtol=1e-6)
    chosen = probabilities(3)[PLACES]
    np.testing.assert_allclose(labels["scene_63"], chosen / chosen.sum(), rtol=1e-6)
    for task, most in (("texture_edges", 65536), ("keypoints", 500)):
        np.testing.assert_allclose(labels[task][..., 0], noise(3, 0, most, np.float32) / 65535, rtol=1e-6)


def test_tasks_are_those_of_the_paper_with_either_number_of_places(root):
    tasks = data_tasks(str(root))
    assert (tasks["semseg"].channels, tasks["semseg"].classes[15]) == (17, "clock") and CLASSES[0] == "background"
    assert (tasks["scene"].channels, tasks["scene_63"].channels, len(PLACES)) == (365, 63, 63)
    assert tasks["semseg"].loss.class_weights[:2] == (0.5424, 9.1674)


def test_buildings_of_the_tiny_split_are_known_without_its_list(root):
    (root / "train_val_test_tiny.csv").unlink()
    source = open_data(str(root), "train")
    assert source.name == "taskonomy" and len(source) == 3 and len(open_data(str(root), "test")) == 1


def test_surfaces_that_were_not_found_have_no_depth(root, write):
    steps = noise(3, 200, 5000, np.uint16)
    steps[0, :4] = 0, 64499, 64500, 65535
    write(root / "hanson" / "depth_zbuffer" / "point_3_view_0_domain_depth_zbuffer.png", steps)
    depth = Taskonomy(str(root), "train")[1]["labels"]["depth"][..., 0]
    assert np.isnan(depth[0, [0, 2, 3]]).all() and depth[0, 1] == np.float32(64499 / 512)
    write(
        root / "hanson" / "depth_zbuffer" / "point_3_view_0_domain_depth_zbuffer.png", np.full(SIZE, 65535, np.uint16)
    )
    assert np.isnan(Taskonomy(str(root), "train")[1]["labels"]["depth"]).all()


def test_missing_and_tiny_semantic_files_and_empty_ones_are_no_labels(root):
    (root / "hanson" / "segment_semantic" / "point_1_view_0_domain_segmentsemantic.png").unlink()
    (root / "hanson" / "segment_semantic" / "point_3_view_0_domain_segmentsemantic.png").write_bytes(b"x" * 99)
    (root / "hanson" / "depth_zbuffer" / "point_3_view_0_domain_depth_zbuffer.png").write_bytes(b"")
    (root / "Merom" / "class_scene" / "point_2_view_0_domain_class_places.npy").write_bytes(b"")
    assert check_data(str(root), splits=["train"]) == []
    source = Taskonomy(str(root), "train")
    assert len(source) == 3
    assert all((source[index]["labels"]["semseg"] == 255).all() for index in (0, 1))
    assert np.isnan(source[1]["labels"]["depth"]).all() and np.isnan(source[2]["labels"]["scene"]).all()


def test_views_that_are_not_in_every_folder_are_left_out_and_named(root):
    (root / "hanson" / "depth_zbuffer" / "point_3_view_0_domain_depth_zbuffer.png").unlink()
    source = Taskonomy(str(root), "train")
    assert source.ids == ("hanson/point_1_view_0", "merom/point_2_view_0")
    (problem,) = check_data(str(root), splits=["train"])
    assert "point_3_view_0_domain_rgb.png: a view must have a file in every domain" in str(problem)
    assert "none for depth" in str(problem)


def test_a_building_without_a_domain_is_named_and_its_views_lack_the_label(root):
    (root / "hanson" / "depth_zbuffer").rename(root / "hanson" / "elsewhere")
    (problem,) = check_data(str(root), splits=["train"])
    assert str(problem).startswith(f"{root}/hanson/depth_zbuffer: a building must have every domain")
    labelled = [not np.isnan(example["labels"]["depth"]).all() for example in Taskonomy(str(root), "train")]
    assert labelled == [False, False, True]
    (root / "Merom" / "depth_zbuffer").rename(root / "Merom" / "elsewhere")
    problems = check_data(str(root), splits=["train"])
    assert any(
        problem.grave and "task 'depth' must have labels. Received: none" in str(problem) for problem in problems
    )


def test_places_that_are_none_of_the_chosen_are_no_label(root, write):
    path = root / "hanson" / "class_scene" / "point_3_view_0_domain_class_places.npy"
    write(path, np.eye(365)[0])
    labels = Taskonomy(str(root), "train")[1]["labels"]
    assert labels["scene"].argmax() == 0 and np.isnan(labels["scene_63"]).all()
    for values, message in (
        (np.full(365, 0.5), "sum to 1. Received: a sum of 182.5"),
        (np.linspace(-1, 2, 365), "numbers from 0 on"),
        (np.ones(100) / 100, r"have the shape \[365\]"),
    ):
        write(path, values)
        with pytest.raises(ValueError, match=rf"class_places\.npy: a label of task 'scene' must .*{message}"):
            Taskonomy(str(root), "train").only(["scene"])[1]


def test_eight_bits_and_damaged_files_are_refused_by_their_name(root, write):
    path = root / "hanson" / "depth_zbuffer" / "point_3_view_0_domain_depth_zbuffer.png"
    write(path, noise(0, 0, 256, np.uint8))
    with pytest.raises(ValueError, match=r"depth_zbuffer\.png: .* must be a 16-bit image\. Received: uint8"):
        Taskonomy(str(root), "train")[1]
    path.write_bytes(b"x" * 200)
    with pytest.raises(ValueError, match=r"depth_zbuffer\.png: the file must be readable"):
        Taskonomy(str(root), "train")[1]


def test_other_splits_lists_and_empty_folders_are_refused(root):
    with pytest.raises(ValueError, match=r"must be one of train, val, test\. Received: split='all'"):
        Taskonomy(str(root), "all")
    for content in (b"building,train\rhanson,1\r", b"id,train,val,test\rhanson,yes,0,0\r", b"\xff\xfe"):
        (root / "train_val_test_tiny.csv").write_bytes(content)
        with pytest.raises(ValueError, match=r"tiny\.csv: the list must have the columns id, train, val and test"):
            Taskonomy(str(root), "train")
    (root / "train_val_test_tiny.csv").write_text("id,train,val,test\nuvalda,1,0,0\n")
    with pytest.raises(FileNotFoundError, match=r"<building>/rgb, of the buildings uvalda\. Received: none"):
        Taskonomy(str(root), "train")


def test_the_splits_are_those_of_which_a_building_is_there(root, tmp_path_factory, write):
    assert split_names(str(root)) == ("train", "val", "test")
    part = tmp_path_factory.mktemp("part")
    write_view(part, "Corozal", 1, write)
    assert split_names(str(part)) == ("val",) and check_data(str(part)) == []
    assert split_names(f"taskonomy:{tmp_path_factory.mktemp('empty')}") == ("train", "val", "test")
