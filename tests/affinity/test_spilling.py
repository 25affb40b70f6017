"""Features that went through a file give the RDMs of features that did not, and leave nothing behind."""

import collections

import numpy as np
import pytest

from bmt_tf.affinity import FeatureSpill, rdm, rdms

NAMES = [f"img_{number}" for number in range(5)]


def batches():
    random = np.random.default_rng(0)
    return [
        {"a": random.normal(size=(size, 4, 6, 2)).astype("f4"), "b": random.normal(size=(size, 33)).astype("f4")}
        for size in (2, 2, 1)
    ]


@pytest.mark.parametrize("chunk_bytes", [8 * 5 * 7, 2**20])
def test_rdms_equal_those_of_features_at_hand(tmp_path, monkeypatch, chunk_bytes):
    monkeypatch.setattr(rdms, "CHUNK_BYTES", chunk_bytes)
    with FeatureSpill(NAMES, directory=tmp_path) as spill:
        for batch in batches():
            spill.append(batch)
        result = spill.rdms()
        assert spill.locations == ("a", "b")
    for number, name in enumerate(("a", "b")):
        whole = np.concatenate([batch[name].reshape(len(batch[name]), -1) for batch in batches()])
        np.testing.assert_allclose(result[number], rdm(whole), atol=1e-14)
    assert not list(tmp_path.iterdir())


def test_slices_hold_all_features_once_and_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(rdms, "CHUNK_BYTES", 8 * 5 * 7)
    with FeatureSpill(NAMES, directory=tmp_path) as spill:
        for batch in batches():
            spill.append(batch)
        slices = list(spill.chunks("a"))
    assert collections.Counter(part.shape for part in slices) == {(5, 7): 6, (5, 6): 1}
    # Arrays of their own, not views of a mapping whose pages would stay in memory.
    assert all(part.base is None for part in slices)
    whole = np.concatenate([batch["a"].reshape(len(batch["a"]), -1) for batch in batches()])
    np.testing.assert_array_equal(np.concatenate(slices, axis=1), whole)


def test_files_go_when_the_work_fails(tmp_path):
    with pytest.raises(RuntimeError), FeatureSpill(NAMES, directory=tmp_path) as spill:
        spill.append(batches()[0])
        assert list(tmp_path.rglob("*.float32"))
        raise RuntimeError
    assert not list(tmp_path.iterdir())


def test_constant_features_name_image_task_and_location(tmp_path):
    with FeatureSpill(NAMES, "task 'depth'", tmp_path) as spill:
        for batch in batches():
            spill.append(batch | {"b": np.zeros_like(batch["b"])})
        with pytest.raises(ValueError, match=r"task 'depth', block 'b'.*'img_0' \(5 such"):
            spill.rdms()


@pytest.mark.parametrize(
    "wrong",
    [
        {"a": np.zeros((2, 48))},
        {"a": np.zeros((2, 48)), "b": np.zeros((2, 32))},
        {"a": np.zeros((2, 48)), "b": np.zeros((1, 33))},
        {"a": np.zeros((4, 48)), "b": np.zeros((4, 33))},
    ],
)
def test_batches_that_do_not_fit_are_refused(tmp_path, wrong):
    with FeatureSpill(NAMES, "task 'depth'", tmp_path) as spill:
        spill.append(batches()[0])
        with pytest.raises(ValueError, match=r"'a': 48, 'b': 33.*at most 3 more images \(task 'depth'\)"):
            spill.append(wrong)


def test_reading_before_all_images_came_is_refused(tmp_path):
    with FeatureSpill(NAMES, directory=tmp_path) as spill:
        spill.append(batches()[0])
        with pytest.raises(ValueError, match=r"must bring 5 images\. Received: 2"):
            spill.rdms()


def test_features_for_a_remote_folder_are_set_down_in_a_local_one(tmp_path):
    with FeatureSpill(NAMES, directory=f"file://{tmp_path}") as spill:
        for batch in batches():
            spill.append(batch)
        assert spill.rdms().shape == (2, 5, 5)
    assert not list(tmp_path.iterdir())


def test_two_images_are_too_few():
    with pytest.raises(ValueError, match=r"at least 3 images\. Received: 2"):
        FeatureSpill(NAMES[:2])


def test_a_full_disk_is_known_at_the_first_batch(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: collections.namedtuple("Usage", "free")(100))
    with FeatureSpill(NAMES, directory=tmp_path) as spill, pytest.raises(OSError, match=r"1,620 bytes.*100 bytes free"):
        spill.append(batches()[0])
