"""The figures by name: whole without runs where the papers print numbers, and equal files for equal figures."""

import dataclasses
import xml.etree.ElementTree as ET

import pytest

from bmt_tf.report.papers.figures import figure_names, paper_figure, write_figure
from bmt_tf.report.study import Study


def _words(path):
    return [element.text for element in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The texts of the two figures that need no runs."""
    folder = tmp_path_factory.mktemp("drawn")
    for name in ("bmn.2b", "bmtas.2"):
        write_figure(paper_figure(name), folder / f"{name}.svg")
    return {name: _words(folder / f"{name}.svg") for name in ("bmn.2b", "bmtas.2")}


def test_printed_rows_are_drawn_without_runs(drawn):
    assert {"Ours - 1", "Ours - 2", "Ours - 3", "NDDR-CNN", "1 2 3 3: 3 trees"} <= set(drawn["bmn.2b"])
    for name in ("BMTAS-1", "BMTAS-2", "BMTAS-3", "Single", "Shared"):
        assert drawn["bmtas.2"].count(name) == 2
    assert any("0.21 in table 3" in text for text in drawn["bmtas.2"] if text)


def test_runs_are_drawn_beside_what_is_printed(cityscapes, pascal, tmp_path):
    write_figure(paper_figure("bmn.2b", cityscapes), tmp_path / "trees.svg")
    words = _words(tmp_path / "trees.svg")
    assert {"Ours - 1", "path of bmn", "path of fafs", "all 35 trees", "open: printed"} <= set(words)
    write_figure(paper_figure("bmtas.2", pascal), tmp_path / "gain.svg")
    assert {"bmtas_2", "tiny", "runs: mine, narrow, 32 \u00d7 64"} <= set(_words(tmp_path / "gain.svg"))


def test_affinities_are_drawn_along_the_encoder_and_beside_trees(cityscapes, pascal, tmp_path):
    write_figure(paper_figure("bmn.2a", cityscapes), tmp_path / "depth.svg")
    assert {"stage_4", "semseg \u2013 instances", "affinity: 2 images"} <= set(_words(tmp_path / "depth.svg"))
    write_figure(paper_figure("bmtas.3", pascal), tmp_path / "tree.svg")
    assert {"affinity at block_6", "bmtas_2 (1\u00d72 2\u00d72 3\u00d72)"} <= set(_words(tmp_path / "tree.svg"))


def test_a_tree_stands_beside_one_affinity(pascal):
    (affinity,) = pascal.affinities.values()
    several = {"affinity": affinity, "affinity/seed_0": affinity, "affinity/seed_1": affinity}
    assert len(paper_figure("bmtas.3", dataclasses.replace(pascal, affinities=several)).axes) == 2


@pytest.mark.parametrize("name", ["bmn.2a", "bmtas.3"])
def test_a_figure_of_which_no_number_is_printed_asks_for_runs(name):
    with pytest.raises(ValueError, match=f"for the figure {name}. Received: none, and the paper prints no number"):
        paper_figure(name)
    with pytest.raises(ValueError, match="Received: runs of bare without"):
        paper_figure(name, Study("bare", (), {}, (), (), ()))


def test_an_unknown_figure_says_which_there_are():
    with pytest.raises(ValueError, match=r"`figure` must be one of bmn.2a, bmn.2b, bmtas.2, bmtas.3"):
        paper_figure("bmn.1")
    assert figure_names() == ("bmn.2a", "bmn.2b", "bmtas.2", "bmtas.3")


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_a_figure_is_written_as_its_name_says_twice_alike(cityscapes, tmp_path, kind, begins):
    for name in ("one", "two"):
        write_figure(paper_figure("bmn.2a", cityscapes), tmp_path / f"{name}.{kind}")
    content = (tmp_path / f"one.{kind}").read_bytes()
    assert content.startswith(begins) and content == (tmp_path / f"two.{kind}").read_bytes()


def test_a_file_of_another_kind_is_refused(cityscapes, tmp_path):
    with pytest.raises(ValueError, match=r"`output` must end in one of .svg, .png, .pdf. Received: '.*one.gif'"):
        write_figure(paper_figure("bmn.2a", cityscapes), tmp_path / "one.gif")
    assert list(tmp_path.iterdir()) == []
