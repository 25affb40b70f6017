"""Tests of the embedded data set."""

import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from contracts.sources import SourceContract

from bmt_tf.data.sets.scenes import ATTRIBUTES, CLASSES, SCENES, TASKS, Scenes
from bmt_tf.data.source import check_example


def _equal(one, other):
    assert one["id"] == other["id"] and one["labels"].keys() == other["labels"].keys()
    np.testing.assert_array_equal(one["image"], other["image"])
    for task, label in one["labels"].items():
        np.testing.assert_array_equal(label, other["labels"][task])


@pytest.fixture(scope="module")
def two_hundred():
    """The labels of 200 images of 32 x 40."""
    source = Scenes("val", 200, 32, 40)
    return [source[index] for index in range(len(source))]


class TestScenes(SourceContract):
    @pytest.fixture
    def source(self):
        return Scenes("train", 4, 24, 32)

    @pytest.fixture
    def others(self):
        arguments = ("val", 4, 24, 32), ("train", 5, 24, 32), ("train", 4, 25, 32), ("train", 4, 24, 32, 1)
        return [Scenes(*one) for one in arguments]


def test_examples_have_the_form_of_their_tasks(two_hundred):
    source = Scenes("val", 200, 32, 40)
    assert tuple(source.tasks) == (*TASKS, *ATTRIBUTES)
    for example in two_hundred[:30]:
        check_example(example, source.tasks.values())
        assert tuple(example["labels"]) == (*TASKS, *ATTRIBUTES)
    assert source.tasks["semseg"].classes == CLASSES and source.tasks["scene"].classes == SCENES


def test_an_image_depends_on_nothing_but_its_number_split_and_seed():
    source = Scenes("train", 20, 32, 40, seed=3)
    first = [source[index] for index in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for index, example in zip((3, 1, 0, 2), pool.map(source.__getitem__, (3, 1, 0, 2)), strict=True):
            _equal(example, first[index])
    _equal(Scenes("train", 5, 32, 40, seed=3)[2], first[2])
    _equal(source[-20], first[0])
    others = Scenes("val", 20, 32, 40, seed=3)[2], Scenes("train", 20, 32, 40, seed=4)[2], first[3]
    assert all((other["image"] != first[2]["image"]).mean() > 0.5 for other in others)


def test_images_are_the_same_in_another_process(root):
    code = "from bmt_tf.data import Scenes; import zlib; print(zlib.crc32(Scenes('val')[7]['image'].tobytes()))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=root).stdout
    assert int(other) == zlib.crc32(Scenes("val")[7]["image"].tobytes())


def test_size_changes_the_sampling_but_not_the_scene():
    small, large = Scenes("val", 5, 24, 32)[4], Scenes("val", 5, 72, 96)[4]
    middles = large["labels"]["depth"][1::3, 1::3]
    np.testing.assert_allclose(small["labels"]["depth"], middles, rtol=1e-4)
    np.testing.assert_array_equal(small["labels"]["semseg"], large["labels"]["semseg"][1::3, 1::3])


def test_labels_of_one_image_agree(two_hundred):
    person, sky = CLASSES.index("person"), CLASSES.index("sky")
    for example in two_hundred:
        classes, parts, salient, normals, _, depth = list(example["labels"].values())[:6]
        np.testing.assert_array_equal(np.isnan(depth), classes == sky)
        np.testing.assert_array_equal(np.isnan(normals).all(-1, keepdims=True), classes == sky)
        if (classes == person).any():
            np.testing.assert_array_equal((parts > 0) & (parts < 7), classes == person)
        else:
            assert (parts == 255).all()
        shell = [CLASSES.index(name) for name in ("floor", "wall", "ceiling", "window", "door", "ground", "sky")]
        assert not np.isin(classes[salient == 1], shell).any()
        lit = normals[~np.isnan(normals[..., 0])]
        np.testing.assert_allclose(np.linalg.norm(lit, axis=-1), 1, rtol=1e-4)
        assert np.nanmin(depth) > 0.2


def test_offsets_lead_to_the_mean_place_of_the_thing(two_hundred):
    things = [CLASSES.index(name) for name in ("bed", "seat", "table", "shelf", "person", "car", "plant")]
    either = CLASSES.index("object")  # on a table it is a thing, on a wall it is not
    places = np.stack(np.meshgrid(np.arange(40), np.arange(32)), axis=-1)
    for example in two_hundred:
        offsets, classes = example["labels"]["instances"], example["labels"]["semseg"][..., 0]
        there = np.isfinite(offsets).all(-1)
        np.testing.assert_array_equal(there[classes != either], np.isin(classes, things)[classes != either])
        centres = (places + offsets)[there].round(3)
        for centre in np.unique(centres, axis=0):
            of_one = (centres == centre).all(-1)
            np.testing.assert_allclose(places[there][of_one].mean(0), centre, atol=0.01)


def test_disparity_times_depth_is_the_baseline_times_the_focal_length(two_hundred):
    source = Scenes("val", 200, 32, 40)
    for index, example in enumerate(two_hundred[:20]):
        product = example["labels"]["disparity"] * example["labels"]["depth"]
        focal = source._lay_out(index)[1].camera.focal
        np.testing.assert_allclose(product[np.isfinite(product)], 0.12 * focal, rtol=1e-5)
        np.testing.assert_array_equal(np.isnan(product), np.isnan(example["labels"]["depth"]))
        assert np.nanmax(example["labels"]["disparity"]) < 40


def test_attributes_agree_with_the_other_labels_and_vary(two_hundred):
    table = np.stack([example["labels"]["attributes"] for example in two_hundred])
    assert len(ATTRIBUTES) == 40 and table.any(0).all() and not table.all(0).any()
    values = dict(zip(ATTRIBUTES, table.T, strict=True))
    classes = np.stack(
        [[(example["labels"]["semseg"] == c).any() for c in range(len(CLASSES))] for example in two_hundred]
    )
    for attribute, name in (("has_bed", "bed"), ("has_car", "car"), ("has_person", "person"), ("has_door", "door"),
                            ("has_window", "window"), ("shows_sky", "sky")):  # fmt: skip
        np.testing.assert_array_equal(values[attribute], classes[:, CLASSES.index(name)], err_msg=attribute)
    for group, name in ((("sofa", "armchair", "chair", "bench"), "seat"), (("pot_plant", "tree", "bush"), "plant")):
        np.testing.assert_array_equal(
            np.any([values[f"has_{one}"] for one in group], axis=0), classes[:, CLASSES.index(name)]
        )
    scenes = np.array([example["labels"]["scene"].argmax() for example in two_hundred])
    assert (values["has_tree"] <= (scenes >= 6)).mean() > 0.95 and not (values["indoors"] & values["sunlit"]).any()
    for attribute, column in values.items():
        alone = np.stack([example["labels"][attribute] for example in two_hundred])
        np.testing.assert_array_equal(alone[:, 0], column)


def test_all_classes_parts_and_scenes_occur_and_vary(two_hundred):
    stack = {task: np.stack([example["labels"][task] for example in two_hundred]) for task in TASKS}
    assert set(np.unique(stack["semseg"])) == set(range(len(CLASSES)))
    assert set(np.unique(stack["human_parts"])) == {0, 1, 2, 3, 4, 5, 6, 255}
    assert set(stack["scene"].argmax(-1)) == set(range(len(SCENES)))
    assert np.mean([(label != 255).any() for label in stack["human_parts"]]) > 0.4
    assert np.mean([label.any() for label in stack["saliency"]]) > 0.95
    assert 0.03 < stack["edge"].mean() < 0.3


def test_scene_probabilities_favour_the_scene_and_its_kin(two_hundred):
    for example in two_hundred:
        probs = example["labels"]["scene"]
        assert probs.sum() == pytest.approx(1, abs=1e-5) and probs.min() > 0
        outdoors = CLASSES.index("floor") not in example["labels"]["semseg"]
        assert (probs[6:].sum() > 0.5) == outdoors


def test_fewer_tasks_give_the_same_images_and_labels():
    source = Scenes("train", 3, 32, 40)
    fewer = source.only(["depth", "semseg"])
    assert tuple(fewer.tasks) == tuple(fewer[1]["labels"]) == ("semseg", "depth")

    np.testing.assert_array_equal(fewer[1]["labels"]["depth"], source[1]["labels"]["depth"])
    assert fewer.image_size(0) == (32, 40)


def test_numbers_and_size_where_nothing_is_asked_for():
    assert [len(Scenes.from_spec("scenes", split)) for split in ("train", "val")] == [1000, 200]
    assert Scenes("val").image_size(0) == (96, 128)


def test_rendering_needs_no_tensorflow(root):
    code = "import sys; from bmt_tf.data import Scenes; Scenes('val')[0]; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0
