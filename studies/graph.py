"""A picture of a study: its kinds of jobs, how many there are of each, and which need which."""

from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 150, 44, 30, 46, 16  # pixels


def study_svg(jobs: Sequence[Mapping[str, Any]]) -> str:
    """Returns an SVG in which what is needed stands above what needs it.

    Args:
        jobs: The jobs of a study, as `.study/jobs.json` has them.
    """
    rule_of = {job["makes"]: job["rule"] for job in jobs}
    counts = {rule: sum(job["rule"] == rule for job in jobs) for rule in dict.fromkeys(rule_of.values())}
    edges = {(rule_of[need], job["rule"]) for job in jobs for need in job["needs"] if rule_of[need] != job["rule"]}
    edges = {edge for edge in edges if not _around(edge, edges)}
    rows: dict[int, list[str]] = {}
    for rule in counts:
        rows.setdefault(_depth(rule, edges), []).append(rule)
    widest = max(map(len, rows.values()))
    across = widest * WIDTH + (widest - 1) * GAP_X
    places = {
        rule: (
            MARGIN + (across - len(row) * WIDTH - (len(row) - 1) * GAP_X) // 2 + number * (WIDTH + GAP_X),
            MARGIN + depth * (HEIGHT + GAP_Y),
        )
        for depth, row in rows.items()
        for number, rule in enumerate(row)
    }
    size = across + 2 * MARGIN, MARGIN * 2 + (max(rows) + 1) * (HEIGHT + GAP_Y) - GAP_Y
    parts = [_line(places[above], places[below]) for above, below in sorted(edges)]
    parts += [_box(rule, counts[rule], *place) for rule, place in places.items()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" width="{size[0]}" '
        f'font-family="sans-serif" text-anchor="middle">\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _around(edge: tuple[str, str], edges: set[tuple[str, str]]) -> bool:
    """Returns whether an edge says no more than others that lead the same way in steps."""
    begin, end = edge
    reached, waiting = set(), [below for above, below in edges if above == begin and below != end]
    while waiting:
        rule = waiting.pop()
        if rule not in reached:
            reached.add(rule)
            waiting += [below for above, below in edges if above == rule and below != begin]
    return end in reached


def _depth(rule: str, edges: set[tuple[str, str]], seen: frozenset[str] = frozenset()) -> int:
    """Returns the length of the longest way to a rule; a rule that needs itself by others counts once."""
    above = [one for one, other in edges if other == rule and one not in seen]
    return max((1 + _depth(one, edges, seen | {rule}) for one in above), default=0)


def _line(above: tuple[int, int], below: tuple[int, int]) -> str:
    x, y = above[0] + WIDTH // 2, above[1] + HEIGHT
    u, v = below[0] + WIDTH // 2, below[1]
    middle = (y + v) // 2
    return f'<path d="M{x},{y} C{x},{middle} {u},{middle} {u},{v}" fill="none" stroke="#888" stroke-width="1.5"/>'


def _box(rule: str, count: int, x: int, y: int) -> str:
    middle = x + WIDTH // 2
    return (
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#eef3f8" stroke="#5b7c99"/>'
        f'<text x="{middle}" y="{y + 19}" font-size="14">{rule}</text>'
        f'<text x="{middle}" y="{y + 36}" font-size="11" fill="#555">{count} {"job" if count == 1 else "jobs"}</text>'
    )
