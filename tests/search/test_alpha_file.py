"""The result of a search survives the disk; what is damaged or does not fit is refused."""

import dataclasses

import numpy as np
import pytest

from bmt_tf.search import AlphaHistory

TASKS, BLOCKS = ("semseg", "depth", "edge"), ("one", "two")


@pytest.fixture
def result():
    history = np.random.default_rng(0).normal(size=(4, 2, 3, 3)).astype(np.float32)
    return AlphaHistory(history[-1], history, np.arange(4) * 5, np.linspace(5.0, 0.1, 4), TASKS, BLOCKS)


def test_what_is_saved_is_loaded(result, tmp_path):
    path = tmp_path / "run" / "alpha.npz"
    result.save(path)
    loaded = AlphaHistory.load(path)
    for field in dataclasses.fields(AlphaHistory):
        np.testing.assert_array_equal(getattr(loaded, field.name), getattr(result, field.name))
    assert [file.name for file in path.parent.iterdir()] == ["alpha.npz"]


def test_probabilities_are_the_softmax(result):
    scores = np.exp(result.alpha.astype(np.float64))
    np.testing.assert_allclose(result.probs, scores / scores.sum(axis=2, keepdims=True), rtol=1e-12)
    assert np.isfinite(dataclasses.replace(result, alpha=result.alpha + 1e4).probs).all()


def test_tree_is_the_meet_of_the_most_likely_candidates(result):
    alpha = np.zeros([2, 3, 3], np.float32)
    alpha[0, 2, 1] = 1.0  # edge parts at the first block
    alpha[1, 1, 2] = 1.0  # depth at the second, where semseg and edge would meet again
    tree = dataclasses.replace(result, alpha=alpha).grouping("small", {"method": "bmtas"})
    assert tree.partitions == ((("semseg", "depth"), ("edge",)), (("semseg",), ("depth",), ("edge",)))
    assert (tree.encoder, tree.made_by) == ("small", {"method": "bmtas"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tasks": TASKS[:2]}, "`alpha` must be"),
        ({"steps": np.arange(3)}, "as long as `steps`"),
        ({"temperature": np.ones(3)}, "`temperature` must be as long"),
        ({"alpha": np.full([2, 3, 3], np.nan, np.float32)}, "`alpha` must be finite.*'one'.*'semseg'"),
    ],
)
def test_what_does_not_fit_is_refused(result, change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(result, **change)


def test_missing_and_damaged_files_are_named(result, tmp_path):
    path = tmp_path / "alpha.npz"
    with pytest.raises(FileNotFoundError, match=r"scripts/search\.py makes it"):
        AlphaHistory.load(path)
    result.save(path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match="must be a whole file"):
        AlphaHistory.load(path)


def test_a_file_whose_parts_do_not_fit_each_other_is_named(result, tmp_path):
    path = tmp_path / "alpha.npz"
    np.savez(path, **(vars(result) | {"tasks": ["semseg", "depth"]}))
    with pytest.raises(
        ValueError, match=r"alpha\.npz must be a whole file made by scripts/search\.py.*`alpha` must be"
    ):
        AlphaHistory.load(path)
