"""RDMs equal numpy's correlations, however the features come and wherever they lie."""

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmt_tf.affinity import affinity, rdm, rdm_from_chunks, rdms


def features(images=7, count=50, seed=0):
    return np.random.default_rng(seed).normal(size=(images, count))


def test_equals_one_minus_numpy_correlation():
    result = rdm(features())
    np.testing.assert_allclose(result, 1 - np.corrcoef(features()), atol=1e-14)
    assert result.dtype == np.float64
    assert (np.diagonal(result) == 0).all() and (result == result.T).all()


def test_opposite_images_are_at_distance_two_and_scaled_copies_at_zero():
    vector = features(1)[0]
    np.testing.assert_allclose(rdm([vector, -vector, 3 * vector + 5])[0], [0, 2, 0], atol=1e-15)


@given(st.integers(3, 6), st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 99))
def test_slices_of_any_width_give_the_same(images, widths, seed):
    whole = features(images, sum(widths) + 1, seed)
    slices = np.split(whole, np.cumsum(widths), axis=1)
    np.testing.assert_allclose(rdm_from_chunks(slices), 1 - np.corrcoef(whole), atol=1e-12)


def test_large_offsets_cost_no_digits():
    # Sums of raw squares would be of 1e24 here, with a spacing of 1e8, for variances of 1.
    whole = np.round(features(6, 900), 3) * 2**10
    offsets = 2.0 ** np.arange(30, 42, 2)[:, None]
    exact = 1 - np.corrcoef(whole)
    for moved in (whole + offsets, whole - offsets):
        kept = 1 - np.corrcoef((moved.T - moved[:, 0]).T)
        np.testing.assert_allclose(rdm_from_chunks(np.array_split(moved, 13, axis=1)), kept, atol=1e-13)
        np.testing.assert_allclose(rdm(moved), exact, atol=1e-5)


def test_offsets_that_differ_between_slices_cost_no_digits():
    whole = features(6, 900)
    whole[:, 300:] += 1e6
    whole[:, :2] -= 1e7
    np.testing.assert_allclose(rdm_from_chunks(np.split(whole, [2, 300], axis=1)), 1 - np.corrcoef(whole), atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, ml_dtypes.bfloat16, np.int32])
def test_any_number_type_is_computed_in_float64(dtype):
    whole = (features() * 100).astype(dtype)
    np.testing.assert_allclose(rdm(whole), 1 - np.corrcoef(whole.astype(np.float64)), atol=1e-14)


def test_features_are_cut_into_bounded_slices(monkeypatch):
    monkeypatch.setattr(rdms, "CHUNK_BYTES", 8 * 7 * 4)
    widths = []

    class Recorded(np.ndarray):
        def __getitem__(self, index):
            part = super().__getitem__(index)
            if isinstance(index, tuple) and part.shape[0] == 7 and part.shape[1] > 1:
                widths.append(part.shape[1])
            return part

    np.testing.assert_allclose(rdm(features().view(Recorded)), 1 - np.corrcoef(features()), atol=1e-13)
    assert max(widths) == 4


@pytest.mark.parametrize(("value", "fault"), [(0.1, "same value"), (1e30, "same value"), (np.nan, "not finite")])
def test_features_without_correlation_name_image_task_and_location(value, fault):
    whole = features().astype(np.float32)
    whole[2] = value
    with pytest.raises(ValueError, match=rf"task 'depth', block 'aspp'.*{fault}.*image 'img_2' \(1 such"):
        rdm_from_chunks(np.array_split(whole, 7, axis=1), "task 'depth', block 'aspp'", [f"img_{i}" for i in range(7)])
    with pytest.raises(ValueError, match="image number 2"):
        rdm(whole)


def test_slices_must_exist_and_hold_the_same_images():
    with pytest.raises(ValueError, match="at least one slice"):
        rdm_from_chunks([])
    with pytest.raises(ValueError, match=r"same images.*5 after 7"):
        rdm_from_chunks([features(7), features(5)])


def test_the_rdm_of_identical_images_is_exactly_zero():
    random = np.random.default_rng(0)
    image = random.normal(size=[1, 5000])
    same = np.repeat(image, 6, axis=0) * (1 + 1e-6 * random.normal(size=[6, 5000]))
    same = same.astype(np.float32)  # a network's rounding
    assert (rdm(np.repeat(image, 6, axis=0)) == 0).all()
    assert (rdm(same) == 0).all()
    other = random.normal(size=[1, 5000]).astype(np.float32)
    assert (rdm(np.concatenate([same, other]))[:6, :6] == 0).all()
    with pytest.raises(ValueError, match="must not be the same for all pairs of images"):
        affinity(np.stack([rdm(same), rdm(same)])[:, None])
