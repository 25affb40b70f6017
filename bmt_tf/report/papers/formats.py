"""A grid of text as Markdown, LaTeX or HTML."""

import html

from bmt_tf.report.papers.grid import Grid
from bmt_tf.report.wording import DASH, MINUS, TIMES

_LATEX = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "[": "{[}",  # after a line's end a bracket would be read as its argument
    "\u2191": r"$\uparrow$",
    "\u2193": r"$\downarrow$",
    "±": r"$\pm$",
    MINUS: "$-$",
    DASH: "--",
    TIMES: r"$\times$",
}


def _markdown(grid: Grid) -> str:
    """Returns a grid as Markdown."""
    rows = [grid.heading, ["---"] + ["---:"] * (len(grid.heading) - 1), *grid.lines]
    lines = [f"**{grid.caption}**", ""]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    lines += ["", *(f"[{number}] {note}  " for number, note in enumerate(grid.notes, 1)), *grid.remarks]
    return "\n".join(lines)


def _latex(grid: Grid) -> str:
    """Returns a grid as a LaTeX `table` as wide as the text, in plain letters; of packages it needs `graphicx`."""

    def row(cells):
        return " & ".join(_escaped(cell) for cell in cells) + r" \\"

    below = [f"[{number}] {note}" for number, note in enumerate(grid.notes, 1)] + list(grid.remarks)
    return "\n".join(
        [
            r"% The preamble must have \usepackage{graphicx}.",
            r"\begin{table}",
            r"\scriptsize",
            rf"\caption{{{_escaped(grid.caption)}}}",
            r"\resizebox{\linewidth}{!}{%",
            rf"\begin{{tabular}}{{l{'r' * (len(grid.heading) - 1)}}}",
            r"\hline",
            row(grid.heading),
            r"\hline",
            *map(row, grid.lines),
            r"\hline",
            r"\end{tabular}}",
            "",
            *(rf"\par\raggedright {_escaped(sentence)}" for sentence in below),
            r"\end{table}",
        ]
    )


def _html(grid: Grid) -> str:
    """Returns a grid as an HTML `table`, and its notes as paragraphs."""

    def row(cells, tag, name=""):
        written = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)
        return f"<tr{f' class={name!r}' if name else ''}>{written}</tr>"

    lines = [row(cells, "td", "ours" if n in grid.ours else "") for n, cells in enumerate(grid.lines)]
    below = [f"[{number}] {note}" for number, note in enumerate(grid.notes, 1)] + list(grid.remarks)
    return "\n".join(
        [
            "<table>",
            f"<caption>{html.escape(grid.caption)}</caption>",
            f"<thead>{row(grid.heading, 'th')}</thead>",
            "<tbody>",
            *lines,
            "</tbody>",
            "</table>",
            *(f"<p>{html.escape(sentence)}</p>" for sentence in below),
        ]
    )


FORMATS = {"markdown": _markdown, "latex": _latex, "html": _html}


def text_of(grid: Grid, name: str) -> str:
    """Returns a grid in a format.

    Args:
        grid: The grid, as from `paper_grid`.
        name: One of `FORMATS`.

    Raises:
        ValueError: The format is unknown.
    """
    if name not in FORMATS:
        raise ValueError(f"`format` must be one of {', '.join(FORMATS)}. Received: format={name!r}.")
    return FORMATS[name](grid)


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)
