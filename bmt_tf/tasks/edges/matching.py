"""How many predicted edge pixels find a partner among the true ones, for many predictions of one image.

The partners are a matching of largest size in the graph of pairs within a distance, which is what the benchmark's
assignment with outlier costs amounts to. The predictions, one per threshold, differ little from one to the next, so
the matching is carried along: pixels that go leave their partners, pixels that come look for one. All searches of a
step run side by side on arrays, one level of their alternating paths after the other.

SciPy's `maximum_bipartite_matching` gives the same numbers, but took minutes for single thresholds on lines.
"""

import numpy as np
from scipy import sparse, spatial


def matched_counts(maps: np.ndarray, positions: np.ndarray, targets: np.ndarray, distance: float) -> np.ndarray:
    """Returns the sizes, int `[K]`, of the largest matchings between sets of pixels and a fixed set, the targets.

    `maps`, bool `[K, n]`, says which of the positions, int `[n, 2]` rows and columns, each set holds; neighbouring sets
    should be alike. Partners may be `distance` pixels apart, inclusive.
    """
    sizes = np.zeros(len(maps), np.int64)
    if not len(positions) or not len(targets):
        return sizes
    radius = distance * (1 + 1e-9)  # a distance that is met exactly must not be lost to rounding
    pairs = spatial.cKDTree(positions).sparse_distance_matrix(spatial.cKDTree(targets), radius, output_type="ndarray")
    shape = (len(positions), len(targets))
    graph = sparse.csr_array((np.ones(len(pairs), np.int8), (pairs["i"], pairs["j"])), shape)
    partnered = np.diff(graph.indptr) > 0
    matching = _Matching(graph[partnered])
    # From the last set on: for thresholds that is the smallest one, and nearly all changes are pixels that come.
    for index in range(len(maps) - 1, -1, -1):
        sizes[index] = matching.change(maps[index, partnered])
    return sizes


class _Matching:
    """A largest matching between the present sources and the targets of a graph."""

    def __init__(self, graph: sparse.csr_array):
        self._sides = [_Side(graph), _Side(graph.T.tocsr())]
        self._present = np.zeros(graph.shape[0], bool)
        # Targets that the sources without a partner can reach. They all have partners, and what these can reach is
        # among them too; so a search that enters here fails.
        self._hopeless = np.zeros(graph.shape[1], bool)

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
    """One side of the graph: for every node its neighbours and its partner, -1 for none."""

    def __init__(self, graph: sparse.csr_array):
        self.first = graph.indptr[:-1].astype(np.intp)
        self.degree = np.diff(graph.indptr).astype(np.intp)
        self.neighbours = graph.indices.astype(np.intp)
        self.mates = np.full(graph.shape[0], -1, np.intp)

    def edges(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the end points, here and on the other side, of all edges of some nodes."""
        degree = self.degree[nodes]
        ends = np.cumsum(degree)
        edges = np.arange(ends[-1]) + np.repeat(self.first[nodes] - ends + degree, degree)
        return np.repeat(nodes, degree), self.neighbours[edges]


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
        nodes, reached = side.edges(roots)
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
        roots = partners[~free]
        roots = roots[~finished[tree[roots]]]
    return parents, np.concatenate(leaves) if leaves else roots
