"""Files are read back as written, whole or not at all, and never unpickled."""

import numpy as np
import pytest

from bmt_tf.affinity import AffinityResult, StoredRdms, save_rdms

TASKS, BLOCKS, IMAGES = ("depth", "normals"), ("block_01", "block_02", "aspp"), ("img_1", "img_2", "img_3")


def result(replicates=5):
    random = np.random.default_rng(0)
    return AffinityResult(random.random((3, 2, 2)), TASKS, BLOCKS, IMAGES, random.random((replicates, 3, 2, 2)))


@pytest.mark.parametrize("replicates", [0, 5])
def test_affinity_is_read_back_as_written(tmp_path, replicates):
    result(replicates).save(tmp_path / "run" / "affinity.npz")
    loaded = AffinityResult.load(tmp_path / "run" / "affinity.npz")
    for name, value in vars(result(replicates)).items():
        np.testing.assert_array_equal(getattr(loaded, name), value)
        assert type(getattr(loaded, name)) is type(value)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["affinity.npz"]


def test_file_holds_the_quantiles_for_other_readers(tmp_path):
    result().save(tmp_path / "affinity.npz")
    with np.load(tmp_path / "affinity.npz", allow_pickle=False) as stored:
        assert set(stored) == {"affinity", "tasks", "blocks", "images", "low", "high", "replicates", "measured_on"}
        np.testing.assert_array_equal(stored["low"], np.quantile(result().replicates, 0.025, axis=0))
        np.testing.assert_array_equal(stored["high"], np.quantile(result().replicates, 0.975, axis=0))
    np.testing.assert_array_equal(result(0).high, result(0).affinity)


def test_dissimilarity_is_one_minus_affinity():
    np.testing.assert_array_equal(result().dissimilarity, 1 - result().affinity)


def test_shapes_must_fit_the_names():
    with pytest.raises(ValueError, match=r"shape \(3, 2, 2\).*\(2, 2, 2\)"):
        AffinityResult(np.ones((2, 2, 2)), TASKS, BLOCKS, IMAGES, np.ones((0, 3, 2, 2)))


def test_failed_write_keeps_the_file_before(tmp_path, monkeypatch):
    path = tmp_path / "affinity.npz"
    result().save(path)
    before = path.read_bytes()

    def fail(file, **arrays):
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="No space"):
        result(0).save(path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"text"])
def test_damaged_file_is_named(tmp_path, damage):
    path = tmp_path / "affinity.npz"
    result().save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=r"affinity\.npz must be a whole file"):
        AffinityResult.load(path)


def test_other_or_pickled_contents_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", affinity=np.ones(3))
    np.savez(tmp_path / "pickled.npz", affinity=np.array([{}], object))
    for name in ("other.npz", "pickled.npz"):
        with pytest.raises(ValueError, match=name):
            AffinityResult.load(tmp_path / name)


def test_missing_file_names_the_script_that_makes_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"affinity\.npz must exist; scripts/affinity\.py"):
        AffinityResult.load(tmp_path / "affinity.npz")


def test_rdms_of_several_tasks_come_one_after_another(tmp_path):
    rdms = np.random.default_rng(0).random((2, 3, 3, 3))
    for task, one in zip(TASKS, rdms, strict=True):
        save_rdms(tmp_path / "rdm", task, one, BLOCKS, IMAGES)
    stored = StoredRdms(tmp_path / "rdm", TASKS)
    assert (stored.blocks, stored.images) == (BLOCKS, IMAGES)
    for _ in range(2):
        np.testing.assert_array_equal(list(stored), rdms)
    np.testing.assert_array_equal(list(StoredRdms(tmp_path / "rdm", TASKS[::-1])), rdms[::-1])


@pytest.mark.parametrize(("blocks", "images", "field"), [(BLOCKS[::-1], IMAGES, "blocks"), (BLOCKS, "abc", "images")])
def test_rdms_of_other_blocks_or_images_are_not_compared(tmp_path, blocks, images, field):
    save_rdms(tmp_path, "depth", np.ones((3, 3, 3)), BLOCKS, IMAGES)
    save_rdms(tmp_path, "normals", np.ones((3, 3, 3)), blocks, images)
    with pytest.raises(ValueError, match=f"same {field}.*'normals' differ from those of 'depth'"):
        StoredRdms(tmp_path, TASKS)
