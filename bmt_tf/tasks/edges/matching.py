"""How many predicted edge pixels find a partner among the true ones, for many predictions of one image.

The partners are a matching of largest size in the graph of pairs within a distance, which is what the benchmark's
assignment with outlier costs amounts to. The predictions, one per threshold, differ little from one to the next, so
the matching is carried along: pixels that go leave their partners, pixels that come look for one. All searches of a
step run side by side on arrays, one level of their alternating paths after the other.

SciPy's `maximum_bipartite_matching` gives the same numbers, but took minutes for single thresholds on lines.
"""

import math
from collections.abc import Iterator

import numpy as np

# Edges of the graph that are kept (8 bytes each, on either side), and that are looked at in one go where they are not.
# So an image of any size needs no more than about half a gigabyte beside its maps.
_STORED_EDGES, _EDGES_AT_ONCE = 2**24, 2**21


def matched_counts(maps: np.ndarray, positions: np.ndarray, targets: np.ndarray, distance: float) -> np.ndarray:
    """Returns the sizes, int `[K]`, of the largest matchings between sets of pixels and a fixed set, the targets.

    `maps`, bool `[K, n]`, says which of the positions, int `[n, 2]` rows and columns, each set holds; neighbouring sets
    should be alike. Partners may be `distance` pixels apart, inclusive.
    """
    sizes = np.zeros(len(maps), np.int64)
    if not len(positions) or not len(targets):
        return sizes
    # A distance that is met exactly must not be lost to rounding.
    reach = _Reach(positions, targets, distance * (1 + 1e-9))
    partnered = reach.degrees() > 0
    matching = _Matching(reach.of(partnered), _Reach(targets, positions[partnered], reach.radius))
    # From the last set on: for thresholds that is the smallest one, and nearly all changes are pixels that come.
    for index in range(len(maps) - 1, -1, -1):
        sizes[index] = matching.change(maps[index, partnered])
    return sizes


class _Reach:
    """The pixels of one set within a radius of those of another; both lie row by row, as `np.argwhere` gives them.

    In each row that a pixel reaches, those within the radius follow each other. So they need not be stored.
    """

    def __init__(self, positions: np.ndarray, targets: np.ndarray, radius: float):
        self.radius = radius
        self._positions, self._targets = positions, targets
        square = math.floor(radius**2)
        rows = np.arange(-math.isqrt(square), math.isqrt(square) + 1)
        half = np.array([math.isqrt(square - int(row) ** 2) for row in rows])
        # Numbers of pixels in a frame so wide that no reach leaves its row.
        width = int(max(positions[:, 1].max(initial=0), targets[:, 1].max(initial=0))) + 2 * len(rows)
        self._numbers = targets @ np.array([width, 1])
        self._centres = positions @ np.array([width, 1])
        self._low, self._high = rows * width - half, rows * width + half
        self.nodes_at_once = max(1, _EDGES_AT_ONCE // len(rows))

    def __len__(self) -> int:
        return len(self._positions)

    def of(self, chosen: np.ndarray) -> "_Reach":
        """Returns the reach of some of the pixels."""
        return _Reach(self._positions[chosen], self._targets, self.radius)

    def degrees(self) -> np.ndarray:
        """Returns how many pixels each one reaches."""
        parts = [self._spans(part)[1].sum(axis=1) for part in _parts(np.arange(len(self)), self.nodes_at_once)]
        return np.concatenate(parts) if parts else np.zeros(0, np.intp)

    def edges(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the end points, here and on the other side, of all edges of some nodes."""
        first, counts = self._spans(nodes)
        first, flat = first.ravel(), counts.ravel()
        ends = np.cumsum(flat)
        total = int(ends[-1]) if len(ends) else 0
        return np.repeat(nodes, counts.sum(axis=1)), np.arange(total) + np.repeat(first - ends + flat, flat)

    def _spans(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns first and number, int `[nodes, rows]`, of the pixels within reach in every row."""
        centres = self._centres[nodes][:, None]
        first = np.searchsorted(self._numbers, centres + self._low)
        return first, np.searchsorted(self._numbers, centres + self._high, side="right") - first


def _parts(nodes: np.ndarray, size: int) -> Iterator[np.ndarray]:
    for start in range(0, len(nodes), size):
        yield nodes[start : start + size]


class _Matching:
    """A largest matching between the present sources and the targets of a graph."""

    def __init__(self, there: _Reach, back: _Reach):
        self._sides = [_Side(there), _Side(back)]
        self._present = np.zeros(len(there), bool)
        # Targets that the sources without a partner can reach. They all have partners, and what these can reach is
        # among them too; so a search that enters here fails.
        self._hopeless = np.zeros(len(back), bool)

    def change(self, present: np.ndarray) -> int:
        """Returns the size of the largest matching for another set of sources, bool `[sources]`."""
        sources, targets = self._sides
        stay, roots = present & self._present, np.flatnonzero(present & ~self._present)
        gone = np.flatnonzero(~present & (sources.mates >= 0))
        self._present = present
        left = sources.mates[gone]
        sources.mates[gone] = -1
        targets.mates[left] = -1
        # Sources that stay without a partner can reach a target that was left only if it is hopeless.
        left = left[self._hopeless[left]]
        _augment(targets, sources, left, closed=~stay)
        if (targets.mates[left] < 0).any():
            self._hopeless[:] = False
            roots = np.flatnonzero(present & (sources.mates < 0))
        self._hopeless |= _augment(sources, targets, roots, closed=self._hopeless)
        return int((sources.mates >= 0).sum())


class _Side:
    """One side of the graph: for every node its neighbours, stored where they are few, and its partner, -1 for none."""

    def __init__(self, reach: _Reach):
        self._reach = reach
        self._degree = reach.degrees()
        self.mates = np.full(len(reach), -1, np.intp)
        self._stored = None
        if self._degree.sum() <= _STORED_EDGES:
            every = _parts(np.arange(len(reach)), reach.nodes_at_once)
            self._stored = np.concatenate([np.zeros(0, np.intp), *(reach.edges(part)[1] for part in every)])
            self._first = np.cumsum(self._degree) - self._degree

    def parts(self, nodes: np.ndarray) -> Iterator[np.ndarray]:
        """Yields nodes in portions whose edges can be looked at at once."""
        if self._stored is not None:
            yield nodes
            return
        # A bound on the edges too: a portion ends where they have become too many.
        portion = np.cumsum(self._degree[nodes]) // _EDGES_AT_ONCE
        for part in np.split(nodes, np.flatnonzero(np.diff(portion)) + 1):
            yield from _parts(part, self._reach.nodes_at_once)

    def edges(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the end points, here and on the other side, of all edges of some nodes."""
        if self._stored is None:
            return self._reach.edges(nodes)
        degree = self._degree[nodes]
        ends = np.cumsum(degree)
        edges = np.arange(ends[-1]) + np.repeat(self._first[nodes] - ends + degree, degree)
        return np.repeat(nodes, degree), self._stored[edges]


def _augment(side: _Side, other: _Side, roots: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """Finds partners for as many roots as can have one without taking any other's away.

    Returns which nodes of `other` the roots left without a partner can reach; `closed` ones are not to be entered.
    """
    while True:
        roots = roots[side.mates[roots] < 0]
        parents, leaves = _search(side, other, roots, closed)
        if not len(leaves):
            return parents >= 0
        # The paths lie in trees of different roots, so they do not meet.
        while len(leaves):
            nodes = parents[leaves]
            before = side.mates[nodes]
            side.mates[nodes], other.mates[leaves] = leaves, nodes
            leaves = before[before >= 0]


def _search(side: _Side, other: _Side, roots: np.ndarray, closed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Grows one tree of alternating paths from every root; they share no node.

    Returns for each node of `other` its parent, -1 where none; and for every tree that meets a node without a partner
    one such node.
    """
    parents = np.full(len(other.mates), -1, np.intp)
    tree = np.empty(len(side.mates), np.intp)
    tree[roots] = roots
    finished = np.zeros(len(side.mates), bool)
    leaves = []
    while len(roots):
        level = []
        for part in side.parts(roots):
            nodes, reached = side.edges(part[~finished[tree[part]]] if len(level) else part)
            new = (parents[reached] < 0) & ~closed[reached]
            nodes, reached = nodes[new], reached[new]
            parents[reached] = nodes  # one of several wins
            won = parents[reached] == nodes
            nodes, reached = nodes[won], reached[won]
            partners = other.mates[reached]
            free = partners < 0
            if free.any():
                trees, index = np.unique(tree[nodes[free]], return_index=True)
                leaves.append(reached[free][index])
                finished[trees] = True
            tree[partners[~free]] = tree[nodes[~free]]
            level.append(partners[~free])
        roots = np.concatenate(level)
        roots = roots[~finished[tree[roots]]]
    return parents, np.concatenate(leaves) if leaves else roots
