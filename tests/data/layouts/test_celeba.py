"""The rendered scenes in the layout of CelebA."""

import numpy as np
import pytest

from bmt_tf.data import Scenes, check_data, open_data, split_names, write_layout
from bmt_tf.data.sets.celeba import celeba_tasks


def test_what_is_read_back_is_what_was_rendered_under_the_names_of_celeba(tmp_path):
    sources = {split: Scenes(split, 3, 16, 16) for split in ("val", "train")}
    write_layout(sources, tmp_path, "celeba")
    assert split_names(str(tmp_path)) == ("train", "val") and check_data(str(tmp_path)) == []
    names = [name for name in celeba_tasks() if name != "attributes"]
    for split, first in (("train", "000001"), ("val", "200001")):
        read = open_data(str(tmp_path), split)
        assert read.ids[0] == first and read.name == "celeba"
        for one, other in zip(sources[split], read, strict=True):
            np.testing.assert_array_equal(other["labels"]["attributes"], one["labels"]["attributes"])
            np.testing.assert_array_equal(
                np.concatenate([other["labels"][name] for name in names]), one["labels"]["attributes"]
            )
            assert np.abs(one["image"].astype(int) - other["image"]).mean() < 9


@pytest.mark.parametrize(
    ("task", "label"), [("attributes", np.full([40], 255, np.uint8)), ("has_person", np.ones([1], np.uint8))]
)
def test_attributes_that_are_not_forty_known_ones_are_refused(array_source, tmp_path, task, label):
    source = array_source([Scenes.every_task[task]], [np.zeros([4, 4, 3], np.uint8)], [{task: label}])
    with pytest.raises(ValueError, match=r"40 attributes, all known.*'image0'"):
        write_layout({"val": source}, tmp_path, "celeba")
