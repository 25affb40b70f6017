"""A picture of a study: its kinds of jobs, how many there are of each, and which need which."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 150, 44, 30, 46, 16  # pixels
PASSING = 10  # width of the place in a row that a line needs which passes it

Edge = tuple[str, str]
Place = tuple[int, int, int]  # left, top, width


def study_svg(jobs: Sequence[Mapping[str, Any]]) -> str:
    """Returns an SVG in which what is needed stands above what needs it.

    Kinds of jobs may need each other: FAFS' trees need one trained network, and all others are trained by trees. Of
    such a circle the need that the fewest jobs meet is drawn as a broken line upwards.

    Args:
        jobs: The jobs of a study, as `.study/jobs.json` has them.
    """
    rule_of = {job["makes"]: job["rule"] for job in jobs}
    counts = {rule: sum(job["rule"] == rule for job in jobs) for rule in dict.fromkeys(rule_of.values())}
    needed: dict[Edge, set[str]] = {}
    for job in jobs:
        for need in job["needs"]:
            if rule_of[need] != job["rule"]:
                needed.setdefault((rule_of[need], job["rule"]), set()).add(need)
    shares = {edge: len(files) / counts[edge[0]] for edge, files in sorted(needed.items())}
    down, up = _without_circles(shares)
    up = [edge for edge in up if not _around(edge, [*down, *up])]
    down = [edge for edge in down if not _around(edge, down)]
    rows, chains = _rows(counts, down)
    places, across = _places(rows)
    height = 2 * MARGIN + len(rows) * (HEIGHT + GAP_Y) - GAP_Y
    width = across + 2 * MARGIN + 40 * bool(up)
    parts = [_line([places[node] for node in chain]) for chain in chains]
    parts += [_line_upwards(places[above], places[below], width - MARGIN) for below, above in up]
    parts += [_box(rule, counts[rule], *places[rule]) for rule in counts]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" text-anchor="middle">\n'
        '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#888"/></marker></defs>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _without_circles(shares: Mapping[Edge, float]) -> tuple[list[Edge], list[Edge]]:
    """Returns the edges that lead in no circle, and those taken out for that: of each circle the least used."""
    down, up = list(shares), []
    while circle := next((found for edge in down if (found := _way(edge[1], edge[0], down))), None):
        nodes = [*circle, circle[0]]
        weakest = min(itertools.pairwise(nodes), key=shares.__getitem__)
        down.remove(weakest)
        up.append(weakest)
    return down, up


def _way(begin: str, end: str, edges: Sequence[Edge]) -> list[str]:
    """Returns the nodes of a way along edges; empty if there is none."""
    ways = [[begin]]
    seen = {begin}
    while ways:
        way = ways.pop(0)
        if way[-1] == end:
            return way
        for above, below in edges:
            if above == way[-1] and below not in seen:
                seen.add(below)
                ways.append([*way, below])
    return []


def _around(edge: Edge, edges: Sequence[Edge]) -> bool:
    """Returns whether an edge says no more than others that lead the same way in steps."""
    return bool(_way(*edge, [other for other in edges if other != edge]))


def _rows(rules: Sequence[str], edges: Sequence[Edge]) -> tuple[list[list[str]], list[list[str]]]:
    """Returns the nodes of each row, in the order in which few lines cross, and each edge as its nodes from row to row.

    A rule stands below all that it needs; where an edge passes a row it has a node of its own there.
    """
    depth: dict[str, int] = {}
    while len(depth) < len(rules):
        for rule in rules:
            above = [one for one, other in edges if other == rule]
            if rule not in depth and all(one in depth for one in above):
                depth[rule] = max((1 + depth[one] for one in above), default=0)
    rows: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for rule in rules:
        rows[depth[rule]].append(rule)
    chains = []
    for above, below in edges:
        passed = [f"{above}>{below}>{row}" for row in range(depth[above] + 1, depth[below])]
        for row, node in enumerate(passed, depth[above] + 1):
            rows[row].append(node)
        chains.append([above, *passed, below])
    for before, row in itertools.pairwise(rows):
        at = {node: number / max(1, len(before) - 1) for number, node in enumerate(before)}
        over = {node: [at[one] for chain in chains for one, other in _steps(chain) if other == node] for node in row}
        row.sort(key=lambda node: sum(over[node]) / max(1, len(over[node])))
    return rows, chains


def _steps(chain: Sequence[str]) -> list[Edge]:
    return list(itertools.pairwise(chain))


def _places(rows: Sequence[Sequence[str]]) -> tuple[dict[str, Place], int]:
    """Returns where each node stands, its row in the middle, and how wide the widest row is."""
    widths = [[PASSING if ">" in node else WIDTH for node in row] for row in rows]
    totals = [sum(row) + GAP_X * (len(row) - 1) for row in widths]
    places = {}
    for number, (row, own) in enumerate(zip(rows, widths, strict=True)):
        left = MARGIN + (max(totals) - totals[number]) // 2
        for node, width in zip(row, own, strict=True):
            places[node] = (left, MARGIN + number * (HEIGHT + GAP_Y), width)
            left += width + GAP_X
    return places, max(totals)


def _line(places: Sequence[Place]) -> str:
    """Returns a line from the lower side of the first place to the upper side of the last, through the others."""
    x, y = places[0][0] + places[0][2] // 2, places[0][1] + HEIGHT
    path = f"M{x},{y}"
    for left, top, width in places[1:]:
        u, middle = left + width // 2, (y + top) // 2
        path += f" C{x},{middle} {u},{middle} {u},{top} L{u},{top + HEIGHT}"
        x, y = u, top + HEIGHT
    path = path.rpartition(" L")[0]
    return f'<path d="{path}" fill="none" stroke="#888" stroke-width="1.5" marker-end="url(#end)"/>'


def _line_upwards(above: Place, below: Place, right: int) -> str:
    """Returns a broken line from the right side of the lower place, around all others, to that of the upper one."""
    y, v = below[1] + HEIGHT // 2, above[1] + HEIGHT // 2
    path = f"M{below[0] + below[2]},{y} H{right - 8} Q{right},{y} {right},{y - 8} V{v + 8} Q{right},{v} {right - 8},{v}"
    path += f" H{above[0] + above[2]}"
    dashes = 'stroke-dasharray="5 4" marker-end="url(#end)"'
    return f'<path d="{path}" fill="none" stroke="#888" stroke-width="1.5" {dashes}/>'


def _box(rule: str, count: int, x: int, y: int, width: int) -> str:
    middle = x + width // 2
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{HEIGHT}" rx="6" fill="#eef3f8" stroke="#5b7c99"/>'
        f'<text x="{middle}" y="{y + 19}" font-size="14">{rule}</text>'
        f'<text x="{middle}" y="{y + 36}" font-size="11" fill="#555">{count} {"job" if count == 1 else "jobs"}</text>'
    )
