"""Scores of images that lie beside images of other sizes."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import tiny_encoder

from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.runs.hosts import Hosts
from bmt_tf.runs.scoring import score, score_row
from bmt_tf.tasks import empty_label, get_task
from bmt_tf.tasks.data_settings import with_data_settings

GREYS = (20.0, 120.0, 220.0)
SCENE = get_task("scene", classes=("dark", "grey", "bright"))
SEMSEG = get_task("semseg", classes=("wall", "floor", "bed"))


class Pictures:
    """A source of pictures with the labels of one task."""

    name, split = "pictures", "val"

    def __init__(self, task, pairs):
        self.tasks, self.pairs = {task.name: task}, pairs
        self.ids = tuple(map(str, range(len(pairs))))

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        image, label = self.pairs[index]
        (task,) = self.tasks.values()
        label = empty_label(task, *image.shape[:2]) if label is None else label
        return {"image": image, "labels": {task.name: label}, "id": self.ids[index]}


def of_one_grey(number, size=(48, 64)):
    scene = np.eye(3, dtype=np.float32)[number % 3]
    return np.full([*size, 3], GREYS[number % 3], np.uint8), scene


def by_mean_grey(image, training):
    """Stands for a trained network: the likelier scene is the one whose grey is nearer to the mean of all pixels."""
    mean = tf.reduce_mean(image, [1, 2, 3])
    return {"scene": -((mean[:, None] - tf.constant(GREYS)) ** 2)}


@pytest.mark.parametrize("batch_size", [1, 4, 8])
def test_six_pictures_of_one_colour_score_the_same_beside_an_unlabelled_large_one(batch_size):
    six = [of_one_grey(number) for number in range(6)]
    large = np.full([480, 640, 3], 120, np.uint8), None
    for pairs in (six, [*six, large], [large, *six]):
        row = score(by_mean_grey, Pictures(SCENE, pairs), [SCENE], stride=16, batch_size=batch_size)["scene"]
        assert (row["value"], row["images"]) == (1.0, 6)


def test_miou_does_not_change_when_larger_pictures_are_added():
    """With an encoder that pools the whole image."""
    random = np.random.default_rng(0)

    def noise(size, labelled):
        image = random.integers(0, 256, [*size, 3], np.uint8)
        return image, random.integers(0, 3, [*size, 1], np.uint8) if labelled else None

    six = [noise((48, 64), labelled=True) for _ in range(6)]
    larger = [noise(size, labelled=False) for size in ((96, 128), (150, 90))]
    encoder = tiny_encoder()
    keras.utils.set_random_seed(1)
    tree = Grouping.shared(("semseg",), encoder.block_names)
    network = build_branched(encoder, [SEMSEG], tree)
    for batch_size in (1, 4, 8):
        alone, beside = (
            score(network, Pictures(SEMSEG, pairs), [SEMSEG], stride=8, batch_size=batch_size)["semseg"]
            for pairs in (six, [larger[0], *six, larger[1]])
        )
        assert alone == beside and 0 < alone["value"] < 1


@pytest.mark.traced
def test_images_of_all_sizes_are_scored_by_one_trace():
    traces = []

    def network(image, training):
        traces.append(image.shape)
        return by_mean_grey(image, training)

    pairs = [of_one_grey(number, (40 + number, 50)) for number in range(6)]
    assert score(network, Pictures(SCENE, pairs), [SCENE], stride=16, batch_size=2)["scene"]["value"] == 1.0
    assert len(traces) == 1


def test_dense_outputs_are_compared_at_the_size_of_the_picture():
    depth = get_task("depth")

    def brightness(image, training):
        assert image.shape.rank == 4
        return {"depth": image[..., :1]}

    random = np.random.default_rng(2)
    images = [random.integers(1, 256, [*size, 3], np.uint8) for size in ((13, 22), (16, 16), (1, 3))]
    pairs = [(image, image[..., :1].astype(np.float32)) for image in images]
    row = score(brightness, Pictures(depth, pairs), [depth], stride=16)["depth"]
    assert (row["value"], row["images"]) == (0.0, 3)


def test_chosen_images_alone_are_scored():
    pairs = [of_one_grey(0), (of_one_grey(1)[0], of_one_grey(2)[1])]
    scores = [
        score(by_mean_grey, Pictures(SCENE, pairs), [SCENE], stride=1, indices=indices)["scene"]["value"]
        for indices in ([0], [1], None)
    ]
    assert scores == [1.0, 0.0, 0.5]


def test_depth_in_standard_deviations_is_scored_in_them():
    task = with_data_settings(get_task("depth"), {"standard_deviation": 2.0})
    measure = task.measure(task)
    measure.update(np.full([1, 2, 2, 1], 5, np.float32), np.full([1, 2, 2, 1], 2, np.float32))
    row = score_row(task, measure)
    assert (row["value"], row["measure"], row["unit"]) == (1.5, "L1", "standard deviations")
    assert score_row(get_task("depth"), measure)["unit"] == "m"


@dataclasses.dataclass(frozen=True)
class Noting(Hosts):
    """One of several hosts, without the others: it notes what it would add."""

    given: list = dataclasses.field(default_factory=list)

    def total(self, array):
        self.given.append(array)
        return array


def host(index, count):
    return Noting(tf.distribute.get_strategy(), index, count)


@pytest.mark.parametrize("count", [2, 5])
def test_the_sums_of_hosts_are_those_of_all_images(count):
    """Of five hosts two have no image."""
    pictures = Pictures(SCENE, [of_one_grey(0), of_one_grey(1), (of_one_grey(2)[0], of_one_grey(1)[1])])
    several = [host(index, count) for index in range(count)]
    for one in several:
        score(by_mean_grey, pictures, [SCENE], stride=16, hosts=one)
    measure = SCENE.measure(SCENE)
    measure.set_sums([sum(parts) for parts in zip(*(one.given for one in several), strict=True)])
    alone = score(by_mean_grey, pictures, [SCENE], stride=16)["scene"]
    assert measure.result() == alone["value"] == pytest.approx(2 / 3)
    assert measure.images() == alone["images"] == 3


def test_a_measure_without_sums_is_named_before_anything_is_computed():
    class Lone:
        on_host = True

    task = dataclasses.replace(SCENE, measure=lambda task: Lone())
    with pytest.raises(ValueError, match=r"`sums` and `set_sums`.*\['scene'\] with \['Lone'\].*without TF_CONFIG"):
        score(None, Pictures(task, [of_one_grey(0)]), [task], stride=16, hosts=host(0, 2))
