"""The planted problem: its examples, and that its two groups of tasks ask for different things."""

import numpy as np
import pytest
from contracts.sources import SourceContract

from bmt_tf.data.sets.planted import GROUPS, TASKS, Planted


@pytest.fixture(scope="module")
def examples():
    source = Planted("train", 300)
    return [source[index] for index in range(len(source))]


class TestPlanted(SourceContract):
    @pytest.fixture
    def source(self):
        return Planted("train", 20)

    @pytest.fixture
    def others(self):
        arguments = ("val", 20), ("train", 19), ("train", 20, 24), ("train", 20, 16, 16, 1)
        return [Planted(*one) for one in arguments]


def test_labels_are_distributions(examples):
    assert tuple(Planted("train", 300).tasks) == TASKS
    for example in examples[:20]:
        assert all(label.sum() == pytest.approx(1) for label in example["labels"].values())


def test_an_image_depends_on_its_number_split_and_seed_alone():
    first, same = Planted("train", 20, seed=3)[7], Planted("train", 9, seed=3, task_names=("blue_4",))[-2]
    np.testing.assert_array_equal(first["image"], same["image"])
    np.testing.assert_array_equal(first["labels"]["blue_4"], same["labels"]["blue_4"])
    others = Planted("val", 20, seed=3)[7], Planted("train", 20, seed=4)[7], Planted("train", 20, seed=3)[8]
    assert all((other["image"] != first["image"]).mean() > 0.5 for other in others)


def test_a_label_tells_of_the_tilt_of_its_groups_colour_alone(examples):
    """The tilt that a label says is that of the strongest wave in its colour, and none of the other colour's."""
    waves = np.fft.fftfreq(16)
    rows, columns = np.meshgrid(waves, waves, indexing="ij")
    apart = {colour: [] for colour in ("red", "blue")}
    for example in examples:
        middles = 2 * np.pi * np.arange(4) / 4
        for colour, channel in (("red", 0), ("blue", 2)):
            power = np.abs(np.fft.fft2(example["image"][..., channel] - 127.5))
            row, column = np.unravel_index(power.argmax(), power.shape)
            seen = np.exp(2j * np.arctan2(rows[row, column], columns[row, column]))
            for named in apart:
                said = example["labels"][f"{named}_4"] @ np.exp(1j * middles)
                if named == colour:
                    assert (said / seen).real > 0
                else:
                    apart[named].append(said / seen)
    assert all(abs(np.mean(values)) < 0.15 for values in apart.values())


def test_no_two_tasks_have_equal_labels(examples):
    sizes = {name: examples[0]["labels"][name].size for name in TASKS}
    assert all(len({sizes[name] for name in group}) == len(group) for group in GROUPS)
    for red, blue in zip(*GROUPS, strict=True):
        assert sizes[red] == sizes[blue]
        assert np.mean([e["labels"][red].argmax() == e["labels"][blue].argmax() for e in examples]) < 0.5


def test_fewer_labels_and_sizes():
    source = Planted("val", 4, 24, 20).only(["red_3"])
    assert tuple(source.tasks) == ("red_3",) and tuple(source[0]["labels"]) == ("red_3",)
    assert source.image_size(2) == (24, 20) == source[2]["image"].shape[:2]
