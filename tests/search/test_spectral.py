"""Spectral clustering finds planted groups, for several matrices at once."""

import numpy as np
import pytest

from bmt_tf.search.spectral import spectral_groups, spectral_vectors


@pytest.mark.parametrize("groups", [2, 3, 5])
def test_planted_groups_are_found(groups):
    random = np.random.default_rng(groups)
    planted = np.stack([random.permutation(np.arange(15) % groups) for _ in range(4)])
    same = planted[:, :, None] == planted[:, None, :]
    noise = random.random(same.shape) * 0.1
    affinity = np.where(same, 0.8, 0.1) + noise + noise.transpose(0, 2, 1)
    affinity[:, np.arange(15), np.arange(15)] = 1
    labels = spectral_groups(spectral_vectors(affinity), groups, random)
    assert ((labels[:, :, None] == labels[:, None, :]) == same).all()


def test_same_seed_gives_the_same_groups():
    values = np.random.default_rng(0).random((3, 12, 12))
    vectors = spectral_vectors(values + values.transpose(0, 2, 1) + np.eye(12))
    first, second = (spectral_groups(vectors, 4, np.random.default_rng(7)) for _ in range(2))
    assert (first == second).all()
    assert first.shape == (3, 12) and first.max() < 4
