"""The formats: the same cells in each, special characters written for each, LaTeX that compiles."""

import html.parser
import shutil
import subprocess

import pytest

from bmt_tf.report.papers.formats import FORMATS, text_of
from bmt_tf.report.papers.grid import Grid, paper_grid
from bmt_tf.report.papers.printed import paper_table, table_names

ODD = Grid(
    "a & b", ("x_1", "50 %"), (("<#|~^\\>", "\u22121 ± 2 \u2013 3 \u00d7 4 [1]"),), frozenset({0}), ("a $ b",), ("{c}",)
)


class _Cells(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.cells, self.inside = [], False

    def handle_starttag(self, tag, attrs):
        self.inside = tag in ("td", "th")
        self.cells += [""] if self.inside else []

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


@pytest.mark.parametrize("grid", [ODD, paper_grid(paper_table("bmn.2"))], ids=["odd", "table"])
def test_html_has_the_cells_of_the_grid(grid):
    parser = _Cells()
    parser.feed(text_of(grid, "html"))
    assert parser.cells == [cell for line in (grid.heading, *grid.lines) for cell in line]


def test_markdown_has_a_line_per_row_and_escapes_bars():
    lines = text_of(ODD, "markdown").splitlines()
    assert lines[2:5] == ["| x_1 | 50 % |", "| --- | ---: |", "| <#\\|~^\\> | \u22121 ± 2 \u2013 3 \u00d7 4 [1] |"]
    assert lines[-2:] == ["[1] a $ b  ", "{c}"]


# LaTeX is a system package, which scripts/test.sh does not install: this runs where it is, as it has with Debian's.
# What LaTeX is given is tested below on every machine.
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex, of Debian's texlive-latex-base, is not installed")
def test_latex_compiles(tmp_path):
    tables = [text_of(paper_grid(paper_table(name)), "latex") for name in table_names()]
    body = "\n\\clearpage\n".join([*tables, text_of(ODD, "latex")])
    head = "\\documentclass{article}\n\\usepackage{graphicx}\n\\begin{document}"
    (tmp_path / "all.tex").write_text(f"{head}\n{body}\n\\end{{document}}\n")
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "all.tex"], cwd=tmp_path, capture_output=True
    )
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0 and "Overfull" not in said, said[-2000:]


@pytest.mark.parametrize("name", table_names())
def test_latex_is_plain_letters_and_has_a_line_per_row(name):
    grid = paper_grid(paper_table(name))
    text = text_of(grid, "latex")
    assert text.isascii() and text.count(r" \\") == len(grid.lines) + 1
    assert text.count(" & ") == (len(grid.lines) + 1) * (len(grid.heading) - 1)


def test_unknown_format_is_refused_with_the_names():
    with pytest.raises(ValueError, match=r"`format` must be one of markdown, latex, html. Received: format='pdf'"):
        text_of(ODD, "pdf")
    assert list(FORMATS) == ["markdown", "latex", "html"]
