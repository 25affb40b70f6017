"""Tests of the TensorFlow Dataset over a data folder."""

import importlib
import sys

import numpy as np
import pytest
import tensorflow_datasets as tfds

from bmt_tf.data import BranchedFolder, Folder
from bmt_tf.data.tfds_builder import BranchedConfig


def test_the_dataset_holds_the_examples_of_the_folder(data_folder, tmp_path):
    config = BranchedConfig(name="rooms", data=str(data_folder))
    builder = BranchedFolder(config=config, data_dir=tmp_path / "prepared")
    builder.download_and_prepare()
    read_back = tfds.builder_from_directory(builder.data_path)
    for split, count in (("train", 3), ("val", 2)):
        examples = {example["id"].decode(): example for example in tfds.as_numpy(read_back.as_dataset(split=split))}
        assert len(examples) == count
        for expected in Folder(str(data_folder), split):
            example = examples[expected["id"]]
            np.testing.assert_array_equal(example["image"], expected["image"])
            for name, label in expected["labels"].items():
                np.testing.assert_array_equal(example["labels"][name], label)


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    monkeypatch.delitem(sys.modules, "bmt_tf.data.tfds_features")
    with pytest.raises(ImportError, match="pip install tensorflow-datasets"):
        importlib.import_module("bmt_tf.data.tfds_features")
