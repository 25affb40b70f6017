"""Drawings in a page: bare, with names of their own, and each style once."""

import re

from bmt_tf.report.embedding import bare_drawing, compact_page, png_uri

DRAWING = """<?xml version="1.0"?>
<!-- made by hand -->
<svg xmlns="http://www.w3.org/2000/svg" width="3">
 <metadata>who</metadata>
 <defs>
  <style type="text/css">*{stroke-linejoin: round}</style>
 </defs>
 <g id="figure_1"><path id="mark" d="M 0 0" style="fill: red"/></g>
 <g clip-path="url(#clip)"><use xlink:href="#mark" style="fill: red"/></g>
 <defs><clipPath id="clip"><rect style="stroke: blue"/></clipPath></defs>
 <g id="method.bmn.point.1"><text transform="rotate(-0 1 2)">a b</text></g>
</svg>
"""


def _page(count):
    return f"<style>p{{}}\n</style>{bare_drawing(DRAWING) * count}<pre> style=&#34;x&#34;</pre>"


def test_a_photograph_is_held_by_its_address():
    assert png_uri(b"\x89PNG") == "data:image/png;base64,iVBORw=="


def test_a_drawing_has_only_what_is_drawn():
    text = bare_drawing(DRAWING)
    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="3"><g id="figure_1">')
    assert not re.search(r"metadata|<!--|<style|>\s", text) and "<text>a b</text>" in text


def test_names_of_two_drawings_are_not_one_and_names_of_nothing_are_gone():
    page = compact_page(_page(2))
    names = re.findall(r'id="([^"]+)"', page)
    assert sorted(names) == ["method.bmn.point.1.p0", "method.bmn.point.1.p1", "p0.0", "p0.1", "p1.0", "p1.1"]
    assert re.findall(r'(?:url\(|href=")#([\w.]+)', page) == ["p0.0", "p0.1", "p1.0", "p1.1"]


def test_a_style_of_several_parts_is_written_once():
    page = compact_page(_page(1))
    assert page.count("fill: red") == 1 and page.count('class="s0"') == 2
    assert page.startswith("<style>p{}\n.s0{fill: red}\n</style>")
    assert '<rect style="stroke: blue"/>' in page  # of one part only
    assert page.endswith("<pre> style=&#34;x&#34;</pre>")
