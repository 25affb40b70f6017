"""Embedded data sets: the text that names one, its bounds, and what every one of them has."""

import numpy as np
import pytest
from contracts.sources import SourceContract

from bmt_tf.data.sets.embedded import Embedded
from bmt_tf.tasks import get_task


class Dots(Embedded):
    """Noise, of which a made-up task wants the brightness."""

    name = "dots"
    version = 3
    split_images = {"train": 9, "val": 4}  # noqa: RUF012 (as short as a user would write it)
    default_size = (8, 12)
    every_task = {"depth": get_task("depth"), "saliency": get_task("saliency")}  # noqa: RUF012

    def _make(self, index):
        image = self._generator(index).integers(0, 256, (self.height, self.width, 3), np.uint8)
        depth = (image[..., :1] / 255).astype(np.float32)
        labels = {"depth": depth, "saliency": (depth > 0.5).astype(np.uint8)}
        return image, {name: labels[name] for name in self.tasks}


class TestADataSetOfFewLines(SourceContract):
    @pytest.fixture
    def source(self):
        return Dots("val")

    @pytest.fixture
    def others(self):
        newer = type("Dots", (Dots,), {"version": 4})
        arguments = ("train",), ("val", 5), ("val", None, 9), ("val", None, None, 9), ("val", None, None, None, 1)
        return [newer("val"), *(Dots(*one) for one in arguments)]


def test_numbers_and_size_are_those_that_the_class_says():
    assert (len(Dots("val")), Dots("val").image_size(0)) == (4, (8, 12))


def test_images_differ_by_number_split_seed_and_version_alone():
    first, fewer = Dots("train", seed=2)[1], Dots("train", 5, seed=2).only(["depth"])[1]
    np.testing.assert_array_equal(first["image"], fewer["image"])
    assert list(fewer["labels"]) == ["depth"]
    newer = type("Dots", (Dots,), {"version": 4})
    for other in (Dots("train", seed=2)[2], Dots("val", seed=2)[1], Dots("train")[1], newer("train", seed=2)[1]):
        assert (other["image"] != first["image"]).mean() > 0.9


def test_the_text_says_how_many_how_large_and_which():
    assert Dots.from_spec("dots", "train").fingerprint() == Dots("train").fingerprint()
    for split, images in (("train", 6), ("val", 2)):
        source = Dots.from_spec("dots:train=6,val=2,height=16,width=20,seed=1", split)
        assert source.fingerprint() == Dots(split, images, 16, 20, 1).fingerprint()


@pytest.mark.parametrize("item", ["train", "train=x", "size=3", "seed=-1", "train=1.5", ""])
def test_an_item_of_another_form_is_named(item):
    with pytest.raises(ValueError, match=rf"some of train, val, height, .* Received: '{item}' in data='dots:val=2,"):
        Dots.from_spec(f"dots:val=2,{item}", "val")


def test_an_item_named_twice_and_another_name_are_refused():
    with pytest.raises(ValueError, match=r"once each, .* Received: 'seed=2'"):
        Dots.from_spec("dots:seed=1,seed=2", "val")
    with pytest.raises(ValueError, match=r"begin with 'dots'. Received: data='spots:seed=1'"):
        Dots.from_spec("spots:seed=1", "val")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("test",), "`split` of 'dots' must be one of train, val. Received: split='test'"),
        (("train", 0), "`images` of 'dots' must be at least 1. Received: images=0"),
        (("train", 5, 4), "`height` of 'dots' must be at least 8. Received: height=4"),
        (("train", 5, 8, 7), "`width` of 'dots' must be at least 8"),
        (("train", 5, 8, 8, -1), "`seed` of 'dots' must be at least 0"),
        (("train", 5, 8, 8, 0, ("depth", "edge")), r"`task_names` of 'dots' .* depth, saliency. Received: \['edge'\]"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Dots(*arguments)


def test_a_number_beyond_the_last_is_refused():
    for index in (4, -5):
        with pytest.raises(IndexError, match="below 4 in split 'val'"):
            Dots("val")[index]
