"""Pictures inside a page: photographs as addresses, drawings as parts of the page that share their names and styles."""

import base64
import collections
import itertools
import re

_USED_OFTEN = 2  # times that a style must occur in a page before it gets a name
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_ID, _STYLE = re.compile(r' id="([^"]+)"'), re.compile(r' style="([^"]*)"')
_REFERENCE = re.compile(r'(url\(|href=")#([^)"]+)')


def png_uri(content: bytes) -> str:
    """Returns the bytes of a PNG as a `data:` address that holds them."""
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def bare_drawing(content: str) -> str:
    """Returns an SVG as it stands in a page: without head, comments, metadata, style sheet and space between parts.

    Args:
        content: The text of the picture; its style sheet says nothing but how lines are joined, as the page does too.
    """
    text = content[content.index("<svg") :]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style\b.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", text)
    return re.sub(r">\s+<", "><", text).replace("<defs></defs>", "").replace("<defs/>", "").strip()


def compact_page(page: str) -> str:
    """Returns a page whose drawings have no name twice, no name that nothing refers to, and each style once.

    A browser opens one document with many drawings several times faster than as many documents of one drawing.

    Args:
        page: The page; styles of its own stand in its style sheet, those of drawings at their parts. Names of methods
            (`method_id`) keep what they begin with.
    """
    numbers = itertools.count()
    page = _DRAWING.sub(lambda found: _own_names(found[0], f"p{next(numbers)}"), page)
    times = collections.Counter(_STYLE.findall(page))
    often = [style for style, count in times.items() if count >= _USED_OFTEN]
    names = {style: f"s{number}" for number, style in enumerate(often)}
    page = _STYLE.sub(lambda found: f' class="{names[found[1]]}"' if found[1] in names else found[0], page)
    rules = "".join(f".{name}{{{style}}}\n" for style, name in names.items())
    return page.replace("</style>", f"{rules}</style>", 1)


def _own_names(drawing: str, name: str) -> str:
    """Returns a drawing with only those names that are referred to, or of methods, each made one of its own."""
    wanted = dict.fromkeys(found[1] for found in _REFERENCE.findall(drawing))
    short = {old: f"{name}.{number}" for number, old in enumerate(wanted)}

    def new(old: str) -> str:
        return f"{old}.{name}" if old.startswith("method.") else short[old]

    def kept(found: re.Match) -> str:
        return f' id="{new(found[1])}"' if found[1] in wanted or found[1].startswith("method.") else ""

    return _REFERENCE.sub(lambda found: f"{found[1]}#{new(found[2])}", _ID.sub(kept, drawing))
