"""CelebA as TensorFlow Datasets prepares it: a miniature with the same features, prepared here by hand."""

import os

import numpy as np
import pytest
import tensorflow_datasets as tfds
from contracts.sources import SourceContract
from tensorflow_datasets.core import registered

from bmt_tf.data import check_data, data_tasks, open_data, split_names
from bmt_tf.data.sets.celeba import ATTRIBUTES
from bmt_tf.data.sets.celeba_tfds import PreparedCelebA
from bmt_tf.data.source import state_of


def has(number, column):
    """Whether a face has an attribute, by a rule that tells faces and columns apart."""
    return (number * 7 + column * column) % 5 < 2


with registered.skip_registration():  # there is a builder of this name already

    class CelebA(tfds.core.GeneratorBasedBuilder):
        """Faces of one grey each, which is ten times their number."""

        name = "celeb_a"
        VERSION = tfds.core.Version("2.1.0")
        code_path = None
        attributes = ATTRIBUTES
        counts = (("train", 3), ("validation", 2), ("test", 1))

        def _info(self):
            features = {
                "image": tfds.features.Image(shape=(218, 178, 3), encoding_format="jpeg"),
                "landmarks": {"nose_x": np.int64},
                "attributes": {name: np.bool_ for name in self.attributes},
            }
            return self.dataset_info_from_configs(features=tfds.features.FeaturesDict(features))

        def _split_generators(self, dl_manager):
            return {split: self._generate_examples(count) for split, count in self.counts}

        def _generate_examples(self, count):
            for number in range(1, count + 1):
                attributes = {name: has(number, column) for column, name in enumerate(self.attributes)}
                image = np.full([218, 178, 3], 10 * number, np.uint8)
                yield f"{number:06d}.jpg", {"image": image, "landmarks": {"nose_x": 9}, "attributes": attributes}

    class FewerAttributes(CelebA):
        """Another data set of this name."""

        name = "celeb_a"
        attributes = ATTRIBUTES[:3]
        counts = (("train", 1),)


@pytest.fixture(scope="module", params=["tfrecord", "array_record"])
def prepared(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    CelebA(data_dir=folder, file_format=request.param).download_and_prepare()
    return folder


@pytest.fixture
def place(prepared, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(prepared))


class TestPreparedCelebA(SourceContract):
    @pytest.fixture
    def source(self, place):
        return open_data("tfds:celeb_a", "train")

    @pytest.fixture
    def others(self, place):
        return [PreparedCelebA("val"), PreparedCelebA("test")]


def test_images_and_attributes_are_those_that_were_prepared(place):
    assert split_names("tfds:celeb_a") == ("train", "val", "test") and len(data_tasks("tfds:celeb_a")) == 41
    for split, numbers in (("train", {1, 2, 3}), ("val", {1, 2}), ("test", {1})):
        source = PreparedCelebA(split)
        assert check_data(source) == [] and source.ids[0] == f"{split}_000000"
        seen = set()
        for example in source:
            number = round(example["image"].mean() / 10)
            expected = [has(number, column) for column in range(40)]
            assert example["labels"]["attributes"].tolist() == expected
            assert example["labels"]["male"].tolist() == [has(number, ATTRIBUTES.index("Male"))]
            seen.add(number)
        assert seen == numbers


def test_the_state_follows_records_that_are_written_anew(place, prepared):
    before, val = state_of(PreparedCelebA("train")), state_of(PreparedCelebA("val"))
    for path in prepared.rglob("*train*"):
        os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 10**9))
    assert before and state_of(PreparedCelebA("train")) != before
    assert state_of(PreparedCelebA("val")) == val


def test_what_was_not_prepared_is_refused_with_the_way_to_prepare_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"tfds\.builder\('celeb_a'\)\.download_and_prepare\(\).*none in"):
        open_data("tfds:celeb_a", "train")
    with pytest.raises(ValueError, match="`split` of CelebA must be one of train, val, test"):
        PreparedCelebA("validation")
    FewerAttributes(data_dir=tmp_path).download_and_prepare()
    with pytest.raises(ValueError, match="the 40 attributes of CelebA"):
        PreparedCelebA("train")


def test_other_records_and_missing_splits_are_refused(prepared, tmp_path, monkeypatch):
    monkeypatch.setattr(CelebA, "counts", (("train", 1),))
    builder = CelebA(data_dir=tmp_path)
    builder.download_and_prepare()
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="must have the split 'validation'"):
        PreparedCelebA("val")
    info = tmp_path / "celeb_a" / "2.1.0" / "dataset_info.json"
    info.write_text(info.read_text().replace('"tfrecord"', '"riegeli"'))
    with pytest.raises(ValueError, match="records must be TFRecord or ArrayRecord"):
        PreparedCelebA("train")
