"""Cityscapes, from small files as its makers describe them, to labels that are known."""

import math

import numpy as np
import pytest
from contracts.sources import SourceContract

from bmt_tf.data import check_data, data_tasks, open_data, split_names
from bmt_tf.data.sets.cityscapes import CLASSES, Cityscapes, centre_offsets, classes, known_disparity
from bmt_tf.runs.scoring import score
from bmt_tf.tasks import LabelKind, Scaling, get_task

# A road, a wall without a class of its own, two cars, a group of cars, a person of one pixel, a trailer, a plate.
INSTANCES = np.array(
    [
        [7, 7, 26001, 26001, 26002, 26002],
        [7, 14, 26001, 26001, 26002, 7],
        [26, 26, 24000, 7, 30000, 7],
        [26, 26, 7, 7, 30000, 0],
    ],
    np.uint16,
)
IDS = np.where(INSTANCES >= 1000, INSTANCES // 1000, INSTANCES).astype(np.uint8)
STEPS = np.array([[0, 1, 2, 257, 65535, 513]] * 4, np.uint16)
OFFSETS = LabelKind("offsets", "float32", True, math.nan, "linear", 2, Scaling.PIXELS, mirrored=(0,))  # (x, y)


def write_example(root, split, city, number, write, image=None):
    stem = f"{city}_000000_{number:06d}"
    image = np.full([4, 6, 3], number, np.uint8) if image is None else image
    write(root / "leftImg8bit" / split / city / f"{stem}_leftImg8bit.png", image)
    write(root / "gtFine" / split / city / f"{stem}_gtFine_labelIds.png", IDS)
    write(root / "gtFine" / split / city / f"{stem}_gtFine_instanceIds.png", INSTANCES)
    write(root / "gtFine" / split / city / f"{stem}_gtFine_color.png", image)
    write(root / "disparity" / split / city / f"{stem}_disparity.png", STEPS)
    return stem


@pytest.fixture
def root(tmp_path, write):
    for split, city, number in (
        ("train", "ulm", 3),
        ("train", "aachen", 1),
        ("val", "munster", 2),
        ("test", "bonn", 4),
    ):
        write_example(tmp_path, split, city, number, write)
    return tmp_path


class TestCityscapes(SourceContract):
    @pytest.fixture
    def source(self, root):
        return open_data(str(root), "train")

    @pytest.fixture
    def others(self, root):
        return [Cityscapes(str(root), "val")]


@pytest.fixture
def read(tmp_path, write):
    """Function from a reader, an array and a task to the label."""

    def label(reader, values, task):
        write(tmp_path / "label.png", values)
        return reader(str(tmp_path / "label.png"), "label", task)

    return label


def test_classes_are_the_nineteen_of_the_benchmark(read):
    task = get_task("semseg", classes=CLASSES)
    assert (len(CLASSES), CLASSES[0], CLASSES[13], CLASSES[18]) == (19, "road", "car", "bicycle")
    label = read(classes, IDS, task)
    assert label.dtype == np.uint8 and label.shape == (4, 6, 1)
    assert label[..., 0].tolist() == [
        [0, 0, 13, 13, 13, 13],
        [0, 255, 13, 13, 13, 0],
        [13, 13, 11, 0, 255, 0],
        [13, 13, 0, 0, 255, 255],
    ]
    every = read(classes, np.uint8([[*range(34), 255]]), task).ravel().tolist()
    assert sorted(set(every)) == [*range(19), 255] and every[33] == 18 and every[34] == 255
    with pytest.raises(ValueError, match=r"label\.png: a label of task 'semseg' must hold ids from 0 to 33.*up to 99"):
        read(classes, np.uint8([[0, 99]]), task)


def test_disparity_is_in_pixels_and_eight_bits_are_refused(read):
    task = get_task("depth", name="disparity")
    label = read(known_disparity, STEPS, task)
    assert label.dtype == np.float32
    np.testing.assert_array_equal(label[0, :, 0], np.float32([np.nan, 0, 1 / 256, 1, 65534 / 256, 2]))
    with pytest.raises(ValueError, match=r"label\.png: .* must be a 16-bit image\. Received: uint8"):
        read(known_disparity, STEPS.astype(np.uint8), task)


@pytest.mark.parametrize("right, down", [(0, 1), (1, 0)])
def test_offsets_lead_to_the_mean_place_of_an_instance(read, right, down):
    kind = LabelKind("offsets", "float32", True, math.nan, "linear", 2, Scaling.PIXELS, mirrored=(right,))
    label = read(centre_offsets, INSTANCES, get_task("depth", name="instances", kind=kind, channels=2))
    assert label.dtype == np.float32 and label.shape == (4, 6, 2)
    labelled = ~np.isnan(label).any(-1)
    # Neither the road nor the group of cars (26 alone) nor the trailer (30, which is no class) has a centre.
    assert (labelled == (INSTANCES >= 24000) & (INSTANCES < 30000)).all()
    assert label[0, 2, [right, down]].tolist() == [0.5, 0.5]  # the first car covers columns 2 and 3, rows 0 and 1
    assert label[1, 3, [right, down]].tolist() == [-0.5, -0.5]
    # The second car has three pixels, (0, 4), (0, 5) and (1, 4): its mean place is row 1/3, column 13/3.
    np.testing.assert_allclose(label[0, 5, [right, down]], [13 / 3 - 5, 1 / 3], rtol=1e-6)
    assert label[2, 2].tolist() == [0, 0]


def test_without_an_instance_nothing_is_labelled_and_eight_bits_are_refused(read):
    task = get_task("depth", name="instances", kind=OFFSETS, channels=2)
    assert np.isnan(read(centre_offsets, np.full([2, 3], 26, np.uint16), task)).all()
    with pytest.raises(ValueError, match=r"must hold ids of 1000 times the class and more\. Received: uint8"):
        read(centre_offsets, np.full([2, 3], 26, np.uint8), task)


def test_a_split_has_the_images_of_all_cities(root):
    assert check_data(str(root)) == [] and split_names(str(root)) == ("train", "val")
    source = Cityscapes(str(root), "train")
    assert source.ids == ("aachen_000000_000001", "ulm_000000_000003") and "semseg" in data_tasks(str(root))
    labels = source[1]["labels"]
    assert (source[1]["image"] == 3).all()
    assert (labels["semseg"][..., 0] == 13).sum() == 11
    (root / "gtFine" / "train" / "ulm" / "ulm_000000_000003_gtFine_labelIds.png").unlink()
    assert (Cityscapes(str(root), "train")[1]["labels"]["semseg"] == 255).all()


def test_the_test_split_can_be_read_and_nothing_can_be_scored_on_it(root):
    source = open_data(str(root), "test")
    assert source.ids == ("bonn_000000_000004",) and (source[0]["image"] == 4).all()
    for task in source.tasks.values():
        assert task.kind.is_ignored(source[0]["labels"][task.name]).all()
    with pytest.raises(ValueError, match=r"with labels to be scored on; scripts/predict\.py .*'test', and .* dummies"):
        score(None, source, list(source.tasks.values()), stride=1)


def test_other_splits_and_empty_ones_are_refused(root):
    with pytest.raises(ValueError, match=r"must be one of train, val, test\. Received: split='extra'"):
        Cityscapes(str(root), "extra")
    with pytest.raises(
        FileNotFoundError, match=r"must have images <city>/\*_leftImg8bit\.png in .*val\. Received: none"
    ):
        (root / "leftImg8bit" / "val").rename(root / "elsewhere")
        Cityscapes(str(root), "val")
