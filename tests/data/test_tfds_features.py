"""Labels are stored in the form of their kind, and without loss."""

import numpy as np

from bmt_tf.data import Scenes
from bmt_tf.data.tfds_features import features_of

TASKS = ("semseg", "normals", "scene", "indoors")


def test_an_example_comes_back_as_it_was():
    source = Scenes("val", 1, 16, 24).only(TASKS)
    example, features = source[0], features_of(source.tasks.values())
    found = features.deserialize_example_np(features.serialize_example(example))
    for name, label in example["labels"].items():
        np.testing.assert_array_equal(found["labels"][name], label)
    np.testing.assert_array_equal(found["image"], example["image"])


def test_without_tasks_there_are_no_labels():
    assert set(features_of(())) == {"image", "id"}
