"""A data set in shards is the data set that was written."""

import itertools

import numpy as np
import pytest

from bmt_tf.data import Augmentation, Folder, Scenes, open_data, split_names, training_batches, write_shards
from bmt_tf.data.sets.shards import Shards

TASKS = ("semseg", "depth", "normals", "instances", "scene", "attributes", "indoors")


def assert_equal(ours, theirs):
    assert (ours.ids, len(ours), dict(ours.tasks)) == (theirs.ids, len(theirs), dict(theirs.tasks))
    for index in range(len(theirs)):
        one, other = ours[index], theirs[index]
        assert one["id"] == other["id"] and list(one["labels"]) == list(other["labels"])
        np.testing.assert_array_equal(one["image"], other["image"])
        for name, label in other["labels"].items():
            assert one["labels"][name].dtype == label.dtype
            np.testing.assert_array_equal(one["labels"][name], label)
        assert ours.image_size(index) == other["image"].shape[:2]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Scenes of two splits, and the folder of their shards."""
    sources = {split: Scenes(split, count, 16, 24).only(TASKS) for split, count in (("train", 5), ("val", 2))}
    root = str(tmp_path_factory.mktemp("shards") / "out [1]")
    assert write_shards(sources, root) == root
    return sources, root


def test_images_labels_ids_and_tasks_are_those_that_were_written(written):
    sources, root = written
    assert split_names(root) == ("train", "val")
    for split, source in sources.items():
        assert_equal(open_data(root, split), source)


def test_labels_that_are_missing_stay_missing(data_folder, tmp_path):
    sources = {split: Folder(str(data_folder), split) for split in ("train", "val")}
    root = write_shards(sources, tmp_path / "out")
    assert_equal(open_data(f"shards:{root}", "train"), sources["train"])
    assert np.isnan(Shards(root, "train")[1]["labels"]["depth"]).all()


def test_batches_are_those_of_what_was_written(written):
    sources, root = written
    form = {"batch_size": 2, "image_size": (16, 16), "augmentation": Augmentation.paper(), "seed": 3}
    ours, theirs = (
        list(itertools.islice(training_batches(source, [source.tasks["semseg"]], **form), 4))
        for source in (open_data(root, "train"), sources["train"])
    )
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one["image"], other["image"])
        np.testing.assert_array_equal(one["labels"]["semseg"], other["labels"]["semseg"])


def test_some_tasks_some_images_and_the_end(written, tmp_path):
    sources, root = written
    source = Shards(root, "train")
    some = source.only(["depth"])
    assert list(some[1]["labels"]) == ["depth"] and list(source[-1]["labels"]) == list(sources["train"].tasks)
    assert some.fingerprint() == source.fingerprint() != Shards(root, "val").fingerprint()
    with pytest.raises(IndexError, match="`index` must be below 5"):
        source[5]
    few = write_shards({"train": sources["train"]}, tmp_path / "few", images=2)
    assert open_data(few, "train").ids == (sources["train"].ids[0], sources["train"].ids[4])
    assert write_shards({"train": sources["train"]}, few, images=3) == few  # again, in its place
    assert len(open_data(few, "train")) == 3


def test_another_split_and_missing_shards_are_refused(written, tmp_path):
    sources, root = written
    with pytest.raises(ValueError, match=r"`split` must be one of \['train', 'val'\].*split='test'"):
        Shards(root, "test")
    few = write_shards({"val": sources["val"]}, tmp_path / "few")
    for path in (tmp_path / "few").glob("*.array_record*"):
        path.unlink()
    with pytest.raises(ValueError, match=r"must hold the 2 examples .* 1 missing shards"):
        Shards(few, "val")
