"""Tests of the patterns."""

import numpy as np
import pytest

from bmt_tf.data.rendering.textures import PATTERNS, lattice_noise, pattern_mix, smooth_noise


def _grid():
    u, v = np.meshgrid(np.arange(-8, 8, 0.25, np.float32), np.arange(-8, 8, 0.25, np.float32))
    return u.ravel() + np.float32(0.1), v.ravel() + np.float32(0.1)


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_mix_two_colours(name):
    u, v = _grid()
    mix = pattern_mix(np.full(u.shape, PATTERNS.index(name)), u, v)
    assert mix.dtype == np.float32 and mix.min() >= 0 and mix.max() <= 1
    assert (mix.std() > 0.1) == (name != "plain")


def test_checks_and_stripes_repeat_with_their_period():
    u, v = _grid()
    for name, shift in (("checks", 2), ("stripes", 1), ("dots", 1)):
        kind = np.full(u.shape, PATTERNS.index(name))
        np.testing.assert_array_equal(pattern_mix(kind, u, v), pattern_mix(kind, u + shift, v))


def test_every_point_gets_its_own_pattern():
    u, v = _grid()
    kinds = np.arange(u.size) % len(PATTERNS)
    mixed = pattern_mix(kinds, u, v)
    for number in range(len(PATTERNS)):
        alone = pattern_mix(np.full(u.shape, number), u, v)
        np.testing.assert_array_equal(mixed[kinds == number], alone[kinds == number])


def test_noise_is_even_and_differs_between_neighbours():
    i, j = np.meshgrid(np.arange(-50, 50), np.arange(-50, 50))
    noise = lattice_noise(i.ravel(), j.ravel())
    counts, _ = np.histogram(noise, 10, (0, 1))
    assert counts.min() > 850 and counts.max() < 1150
    assert abs(np.corrcoef(noise[:-1], noise[1:])[0, 1]) < 0.05


def test_smooth_noise_meets_the_lattice_and_has_no_jumps():
    corner = np.arange(-5, 5)
    np.testing.assert_allclose(
        smooth_noise(corner.astype(np.float32), corner.astype(np.float32)), lattice_noise(corner, corner), rtol=1e-6
    )
    u = np.arange(-3, 3, 0.001, np.float32)
    assert np.abs(np.diff(smooth_noise(u, np.full_like(u, 0.3)))).max() < 0.01
