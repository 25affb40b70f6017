"""What the site of mkdocs.yml shows besides the documents in this folder; each stands in the project once.

The README is the first page; the changes, the notebooks and the folders of the package have pages, and files that a
document links to outside this folder are copied.
"""

import ast
import json
import pathlib
import re
from collections.abc import Iterator

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = pathlib.Path(__file__).parents[1]
LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)")
COPIED = ("LICENSE", "flags/*.flags")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the pages of the package before the last entry of the navigation."""
    config.nav.insert(-1, {"Interface": list(interface_pages())})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages and copies to the files of the site."""
    pages = {"index.md": (ROOT / "README.md").read_text(), "CHANGELOG.md": (ROOT / "CHANGELOG.md").read_text()}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        pages[f"notebooks/{path.stem}.md"] = notebook_page(path.read_text())
    pages |= interface_pages()
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    for pattern in COPIED:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, name if path.suffix else f"{name}.txt", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Returns a page's text with its links as they lead in the site, where this folder and the project's are one."""

    def moved(link: re.Match) -> str:
        place = link.group(1).removeprefix("../").removeprefix("docs/").replace(".ipynb", ".md")
        return f"{place}.txt" if place == "LICENSE" else place

    return LINK.sub(moved, markdown)


def notebook_page(text: str) -> str:
    """Returns a notebook as a page: its words and its code.

    Args:
        text: The content of its file.
    """
    parts = []
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        parts.append(source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```")
    return "\n\n".join(parts) + "\n"


def interface_pages() -> dict[str, str]:
    """Returns a page for each folder of the package that hands out names, and one that lists these pages."""
    pages, lines = (
        {},
        ["# Interface", "", "What each folder hands out, as in `from bmt_tf.costs import model_cost`.", ""],
    )
    for path in sorted((ROOT / "bmt_tf").rglob("__init__.py")):
        package = ".".join(path.parent.relative_to(ROOT).parts)
        tree = ast.parse(path.read_text())
        names = sorted(handed_out(tree, package))
        if names:
            about = ast.get_docstring(tree)
            shown = [f"::: {module}.{name}" for name, module in names]
            pages[f"interface/{package}.md"] = "\n\n".join([f"# {package}", about, *shown]) + "\n"
            lines += [f"- [`{package}`]({package}.md): {about[0].lower()}{about[1:].partition(chr(10))[0]}"]
    return {"interface/index.md": "\n".join(lines) + "\n", **pages}


def handed_out(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    """Yields the public names of a folder with the modules that define them.

    Args:
        tree: Its `__init__.py`: one that calls `lazy_exports`, or imports what stands in `__all__`.
        package: Its name.
    """
    public = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "lazy_exports":
            yield from ((name, f"{package}.{module}") for name, module in ast.literal_eval(node.args[1]).items())
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            public = set(ast.literal_eval(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.name, node.module) for alias in node.names if alias.name in public)
