"""The page of a study: whole, self-contained, and honest about what is missing."""

import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from bmt_tf.report import write_report
from bmt_tf.report.sections import MOST_PANELS


class Tags(html.parser.HTMLParser):
    """Collects addresses and checks that every opened element is closed."""

    VOID = frozenset({"meta", "img", "br", "link", "input"})

    def __init__(self, text):
        super().__init__()
        self.open, self.addresses, self.ids = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.addresses += [values[name] for name in ("src", "href") if name in values]
        self.ids += [values["id"]] if "id" in values else []
        self.open += [] if tag in self.VOID else [tag]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def written(root, study_dir, tmp_path_factory):
    """The page of the study, and what the process that has written it said."""
    code = (
        "import sys; from bmt_tf.report import write_report; path = write_report(*sys.argv[1:]); "
        "print(path, {'keras', 'tensorflow'} & {*sys.modules})"
    )
    path = tmp_path_factory.mktemp("page") / "deep" / "report.html"
    call = [sys.executable, "-c", code, str(study_dir), str(path)]
    return path, subprocess.check_output(call, env=os.environ | {"PYTHONPATH": str(root)}, text=True, timeout=120)


@pytest.fixture(scope="module")
def page(written):
    return written[0].read_text()


def test_the_page_is_written_without_tensorflow(written):
    path, said = written
    assert said == f"{path} set()\n"
    assert [one.name for one in path.parent.iterdir()] == ["report.html"]


def test_nothing_is_fetched_from_elsewhere(page):
    tags = Tags(page)
    assert tags.open == []
    local = [address for address in tags.addresses if address.startswith("#")]
    assert all(address.startswith(("#", "data:image/")) for address in tags.addresses)
    assert {address[1:] for address in local} <= set(tags.ids)
    assert not re.search(r"url\((?!#)", page) and "@import" not in page and "<script" not in page


def test_every_part_of_the_study_is_on_the_page(page):
    for part in ("comparison", "gain", "trees", "front", "affinity", "predictions", "made"):
        assert f'id="{part}"' in page
    assert "bmn_70: 1.14 % better than the single-task networks" in page
    assert page.count('class="panel"') == 2
    assert "Missing from this page" not in page
    assert "--flagfile=flags/demo.flags" in page
    assert "Chosen: cost 0.198 G" in page


def test_a_tree_shared_by_two_is_drawn_once(page):
    assert page.count('class="tree" role="img"') == 5
    assert "bmn_50, affinity" in page


def test_a_search_is_shown_beside_bmn(searched_dir):
    page = pathlib.Path(write_report(searched_dir)).read_text()
    assert Tags(page).open == []
    for part in ("search", "versus", "front"):
        assert f'id="{part}"' in page
    assert "search · trade-off 0.5, cost 0.21 G" in page
    assert "the most likely routing that search ended with" in page
    assert "--trade_off=0.5" in page


def test_every_part_of_a_method_is_hidden_by_its_box(page):
    boxes = re.findall(r'id="show(\d+)" checked> (\w+)', page)
    assert [name for _, name in boxes] == ["single", "shared", "bmn", "random", "vanilla"]
    for number, name in boxes:
        rule = f'body:has(#show{number}:not(:checked)) :is([data-method="{name}"], [id^="method.{name}."])'
        assert f"{rule} {{ display: none; }}" in page
        assert f'<tbody data-method="{name}">' in page and f'id="method.{name}.point.' in page


def test_parts_of_pictures_in_the_page_have_names_of_their_own(page):
    names = Tags(page).ids
    assert len(set(names)) == len(names)
    assert set(re.findall(r"url\(#([^)]*)\)", page)) | set(re.findall(r'xlink:href="#([^"]*)"', page)) <= set(names)


def test_drawings_are_parts_of_the_page_and_each_style_is_written_once(page):
    assert "data:image/svg" not in page and page.count("<style>") == 1 and "<style type" not in page
    styles = re.findall(r' style="([^"]*)"', page)
    assert len(set(styles)) == len(styles) and page.count('<svg xmlns:xlink="') == 2 + 1 + 2  # gain, front, affinity
    assert "<summary>Data, versions and flags of all networks</summary>" in page


def test_several_seeds_are_folded_into_one_row(study_dir, tmp_path):
    # The figures of affinities take most of a page's time.
    folder = shutil.copytree(study_dir, tmp_path / "rooms", ignore=shutil.ignore_patterns("affinity"))
    for name in ("config.json", "metrics.json"):
        content = (folder / "bmn_50" / name).read_text()
        (folder / "bmn_50_again").mkdir(exist_ok=True)
        (folder / "bmn_50_again" / name).write_text(content.replace('"seed": 1', '"seed": 2'))
    shutil.copy(folder / "bmn_50" / "grouping.json", folder / "bmn_50_again")
    page = pathlib.Path(write_report(folder)).read_text()
    assert Tags(page).open == []
    assert '<label class="fold"><input type="checkbox"> <b>bmn_50</b></label>' in page
    assert page.count('<tbody class="runs" data-method="bmn">') == 1 and "<small>± 0.00</small>" in page
    assert "bmn_50 (2 runs): 0.76 ± 0.00 % worse" in page


def test_a_study_without_a_search_does_not_speak_of_one(page):
    assert 'id="search"' not in page and 'id="versus"' not in page


def test_what_is_missing_is_said_on_the_page(study_dir, tmp_path):
    broken = shutil.copytree(study_dir, tmp_path / "rooms")
    (broken / "vanilla" / "metrics.json").unlink()
    (broken / "affinity" / "affinity.npz").write_bytes(b"")
    page = pathlib.Path(write_report(broken)).read_text()
    assert "vanilla: there is no metrics.json." in page
    assert 'id="affinity"' not in page and 'id="front"' in page


def test_a_study_of_one_bare_run_has_a_page(study_dir, tmp_path):
    shutil.copytree(study_dir / "shared", tmp_path / "only" / "shared", ignore=shutil.ignore_patterns("metrics.json"))
    page = pathlib.Path(write_report(tmp_path / "only")).read_text()
    assert Tags(page).open == []
    assert 'id="comparison"' not in page


def test_names_from_files_are_escaped(study_dir, tmp_path):
    shutil.copytree(study_dir / "shared", tmp_path / "odd" / "<b>bold&")
    page = pathlib.Path(write_report(tmp_path / "odd")).read_text()
    assert "<b>bold&" not in page and "&lt;b&gt;bold&amp;" in page


def test_few_panels_are_shown_per_run(study_dir, tmp_path):
    folder = shutil.copytree(study_dir / "shared", tmp_path / "many" / "shared") / "predictions"
    for number in range(MOST_PANELS + 2):
        shutil.copy(folder / "0042.png", folder / f"{number}.png")
    page = pathlib.Path(write_report(tmp_path / "many")).read_text()
    assert len(re.findall('class="panel"', page)) == MOST_PANELS
