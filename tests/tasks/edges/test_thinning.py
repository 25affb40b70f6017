"""Thinning of packed maps against a pixel-by-pixel reading of the rule."""

import numpy as np
import pytest
from scipy import ndimage

from bmt_tf.tasks.edges import thinning as edge_thinning


def thinned_by_loops(image):
    """Returns one map thinned, pixel by pixel."""
    image, second, idle = np.pad(image, 1), False, 0
    while idle < 2:
        pixels = [tuple(pixel) for pixel in np.argwhere(image) if deletable(image, *pixel, second)]
        for pixel in pixels:
            image[pixel] = False
        idle, second = 0 if pixels else idle + 1, not second
    return image[1:-1, 1:-1]


def deletable(image, y, x, second):
    around = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
    x1, x2, x3, x4, x5, x6, x7, x8 = (bool(image[y + dy, x + dx]) for dy, dx in around)
    crossings = sum([not x1 and (x2 or x3), not x3 and (x4 or x5), not x5 and (x6 or x7), not x7 and (x8 or x1)])
    pairs = min(sum([x1 or x2, x3 or x4, x5 or x6, x7 or x8]), sum([x2 or x3, x4 or x5, x6 or x7, x8 or x1]))
    kept = (x6 or x7 or not x4) and x5 if second else (x2 or x3 or not x8) and x1
    return crossings == 1 and pairs in (2, 3) and not kept


def random_maps(seed, count, height=13, width=18):
    rng = np.random.default_rng(seed)
    blurred = ndimage.gaussian_filter(rng.normal(size=(height, width)), rng.uniform(0, 2))
    return np.stack([blurred > np.quantile(blurred, share) for share in np.linspace(0.05, 0.9, count)])


@pytest.mark.parametrize("seed", range(12))
def test_equals_loops(seed):
    maps = random_maps(seed, count=5)
    thinned = edge_thinning.unpack(edge_thinning.thin(edge_thinning.pack_stack(maps)), 5)
    for one, expected in zip(thinned, maps, strict=True):
        np.testing.assert_array_equal(one, thinned_by_loops(expected))


def test_every_bit_of_every_word_is_thinned_alike():
    one = random_maps(3, count=1)
    maps = np.repeat(one, 130, axis=0)
    words = edge_thinning.pack_stack(maps)
    assert words.shape == (13, 18, 3)
    expected = np.repeat(thinned_by_loops(one[0])[None], 130, axis=0)
    np.testing.assert_array_equal(edge_thinning.unpack(edge_thinning.thin(words), 130), expected)


def test_a_bar_becomes_a_line_and_a_line_stays():
    bar = np.zeros([9, 20], bool)
    bar[3:6, 2:18] = True
    line = edge_thinning.unpack(edge_thinning.thin(edge_thinning.pack_stack(bar[None])), 1)[0]
    assert line.sum(axis=0).max() == 1 and line[4].sum() >= 12
    again = edge_thinning.unpack(edge_thinning.thin(edge_thinning.pack_stack(line[None])), 1)[0]
    np.testing.assert_array_equal(line, again)


def test_a_large_filled_map_is_thinned_to_the_end():
    words = edge_thinning.pack(np.full([40, 61], 70), 70)
    thinned = edge_thinning.unpack(edge_thinning.thin(words), 70)
    np.testing.assert_array_equal(thinned[0], thinned_by_loops(np.ones([40, 61], bool)))
    assert (thinned == thinned[0]).all()


def test_nothing_stays_nothing():
    words = np.zeros([3, 4, 2], np.uint64)
    np.testing.assert_array_equal(edge_thinning.thin(words), words)


def test_nested_maps_are_packed_by_level():
    levels = np.array([[0, 1, 65], [64, 101, 100]])
    maps = edge_thinning.unpack(edge_thinning.pack(levels, 101), 101)
    np.testing.assert_array_equal(maps, levels > np.arange(101)[:, None, None])
    np.testing.assert_array_equal(edge_thinning.pack_stack(maps), edge_thinning.pack(levels, 101))


def test_it_does_not_matter_how_a_map_lies_in_memory():
    (image,) = random_maps(0, count=1)
    by_columns = np.asfortranarray(image.astype(int))  # as MATLAB files are read
    thinned = edge_thinning.unpack(edge_thinning.thin(edge_thinning.pack(by_columns, 1)), 1)[0]
    np.testing.assert_array_equal(thinned, thinned_by_loops(image))
