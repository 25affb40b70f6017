"""What the site of the documents shows besides them; scripts/test.sh builds it."""

import importlib.util
import json
import types

import pytest
from house.sources import exported_names

pytest.importorskip("mkdocs")


@pytest.fixture(scope="module")
def site(root):
    spec = importlib.util.spec_from_file_location("site_pages", root / "docs" / "site_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_name_that_a_folder_hands_out_has_a_place(site, package):
    pages = site.interface_pages()
    shown = {line[4:] for page in pages.values() for line in page.splitlines() if line.startswith("::: ")}
    handed_out = {
        f"{path.removesuffix('.py').replace('/', '.')}.{name}"
        for path, names in exported_names(package).items()
        for name in names
    }
    assert shown == handed_out
    listed = {name.removeprefix("interface/") for name in pages} - {"index.md"}
    assert all(f"]({name})" in pages["interface/index.md"] for name in listed)


def test_a_notebook_is_its_words_and_its_code(site):
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "Words."]},
        {"cell_type": "code", "source": ["x = 1\n", "x"], "outputs": [{"text": "1"}]},
    ]
    page = site.notebook_page(json.dumps({"cells": cells}))
    assert page == "# Title\nWords.\n\n```python\nx = 1\nx\n```\n"


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("[a](docs/methods.md#bmn)", "[a](methods.md#bmn)"),
        ("![a](docs/images/tree.svg)", "![a](images/tree.svg)"),
        ("[a](../flags/nyud.flags), [b](LICENSE)", "[a](flags/nyud.flags), [b](LICENSE.txt)"),
        ("[a](notebooks/demo.ipynb)", "[a](notebooks/demo.md)"),
        ("[a](https://b.org/docs/c) [d](#docs/e)", "[a](https://b.org/docs/c) [d](#docs/e)"),
    ],
)
def test_links_lead_where_their_files_are_in_the_site(site, text, moved):
    page = types.SimpleNamespace()
    assert site.on_page_markdown(text, page, None, None) == moved
