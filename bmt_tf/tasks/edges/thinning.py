"""Thinning of many binary maps of one size at once.

The maps are packed into 64-bit words, one bit per map, so that every operation works on 64 maps; and only the pixels
near a change are looked at again.

Source: the two sub-iterations of Guo and Hall, 1989, in the form of Lam, Lee and Suen, 1992, which is what MATLAB's
`bwmorph(..., "thin")` and so the edge benchmarks use.
"""

import numpy as np

# Pixels looked at in one go: the two dozen intermediate arrays of this length stay in the processor's cache.
_BLOCK = 8192


def pack(levels: np.ndarray, count: int) -> np.ndarray:
    """Returns nested maps packed into words: map `k` of `count` is true where `levels`, int `[H, W]`, is above `k`.

    Bit `k % 64` of word `k // 64` of the uint64 `[H, W, words]` belongs to map `k`.
    """
    words = -(-count // 64)
    bits = np.arange(64 * words) < np.arange(count + 1)[:, None]
    return _to_words(bits)[levels]


def pack_stack(maps: np.ndarray) -> np.ndarray:
    """Returns maps, bool `[K, H, W]`, packed into words as `pack` does."""
    bits = np.moveaxis(maps, 0, -1)
    return _to_words(np.pad(bits, ((0, 0), (0, 0), (0, -len(maps) % 64))))


def unpack(words: np.ndarray, count: int) -> np.ndarray:
    """Returns `count` maps, bool `[count, ...]`, out of packed words, uint64 `[..., words]`."""
    bits = np.unpackbits(words.astype("<u8").view(np.uint8), axis=-1, count=count, bitorder="little")
    return np.moveaxis(bits, -1, 0).astype(bool)


def thin(words: np.ndarray) -> np.ndarray:
    """Returns packed maps, uint64 `[H, W, words]`, thinned until nothing changes any more."""
    return np.stack([_thin_plane(words[..., word]) for word in range(words.shape[-1])], axis=-1)


def _thin_plane(plane: np.ndarray) -> np.ndarray:
    padded = np.ascontiguousarray(np.pad(plane, 1))  # else what is deleted from `flat` would stay in it
    flat, row = padded.reshape(-1), padded.shape[1]
    # Counter-clockwise from the east.
    offsets = np.array([1, 1 - row, -row, -1 - row, -1, row - 1, row, row + 1])
    near = np.zeros(len(flat), bool)
    candidates, before, second = np.flatnonzero(flat), None, False
    while True:
        changed = _sub_pass(flat, candidates, offsets, second)
        if before is None:  # the second rule has not judged any pixel yet
            candidates, before, second = np.flatnonzero(flat), changed, True
            continue
        recent = np.concatenate([before, changed])
        if not len(recent):
            return padded[1:-1, 1:-1]
        # Either rule judged a pixel two steps ago: only what has changed since can alter the verdict.
        near[recent] = True
        for offset in offsets:
            near[recent + offset] = True
        candidates = np.flatnonzero(near)
        near[candidates] = False
        candidates = candidates[flat[candidates] > 0]
        before, second = changed, not second


def _sub_pass(flat: np.ndarray, pixels: np.ndarray, offsets: np.ndarray, second: bool) -> np.ndarray:
    """Deletes from `flat`, in parallel, what one sub-iteration deletes at some pixels; returns those that changed."""
    blocks = [pixels[start : start + _BLOCK] for start in range(0, len(pixels), _BLOCK)]
    deleted = [_deletable([flat[block + offset] for offset in offsets], second) & flat[block] for block in blocks]
    deleted = np.concatenate(deleted) if deleted else flat[pixels]
    hit = deleted > 0
    flat[pixels[hit]] &= ~deleted[hit]
    return pixels[hit]


def _deletable(neighbours: list[np.ndarray], second: bool) -> np.ndarray:
    """Returns the bits at which the neighbourhood lets a pixel go, given its 8 neighbours from the east on."""
    x1, x2, x3, x4, x5, x6, x7, x8 = neighbours
    x23, x45, x67, x81 = x2 | x3, x4 | x5, x6 | x7, x8 | x1
    once, often = _one_or_more(~x1 & x23, ~x3 & x45, ~x5 & x67, ~x7 & x81)
    first_pairs = (x1 | x2, x3 | x4, x5 | x6, x7 | x8)
    second_pairs = (x23, x45, x67, x81)
    _, two_of_first = _one_or_more(*first_pairs)
    _, two_of_second = _one_or_more(*second_pairs)
    all_eight = first_pairs[0] & first_pairs[1] & first_pairs[2] & first_pairs[3] & x23 & x45 & x67 & x81
    kept = (x6 | x7 | ~x4) & x5 if second else (x23 | ~x8) & x1
    return once & ~often & two_of_first & two_of_second & ~all_eight & ~kept


def _one_or_more(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns where at least one, and where at least two, of four are set."""
    ab, cd = a | b, c | d
    return ab | cd, (a & b) | (c & d) | (ab & cd)


def _to_words(bits: np.ndarray) -> np.ndarray:
    return np.packbits(bits, axis=-1, bitorder="little").view("<u8").astype(np.uint64)
