"""The growth of time and memory: every point once, in a process of its own, as rows and as a figure."""

from xml.etree import ElementTree

import pytest

from benchmarks import growth, topics
from benchmarks.growth import FIRST, Point, Work

SETTINGS = topics.Settings("narrow")


def never(*arguments, **named):
    raise AssertionError("It is measured in a process of its own.")


@pytest.fixture
def asked(monkeypatch):
    """Two works whose time is the square of the tasks, and what was measured of them, one entry each time."""
    seen = []

    def in_child(measure, settings, threads, arguments):
        seen.append(dict(arguments))
        squares = arguments["tasks"] ** 2
        return Point({"theta": 0.01 * squares, FIRST: 2.0 * squares}, 2**30 * squares)

    works = {
        "search": Work(never, {"tasks": 2, "side": 8}, {"tasks": (2, 4), "side": (8, 16)}),
        "exact front": Work(never, {"tasks": 2, "blocks": 3}, {"tasks": (2, 3)}),
    }
    monkeypatch.setattr(growth, "in_child", in_child)
    monkeypatch.setattr(growth, "WORKS", works)
    monkeypatch.setattr("bmt_tf._threads.threads_in_use", lambda: "1x2")
    return seen


def test_where_curves_meet_it_is_measured_once_and_every_point_is_a_row(asked):
    rows = growth.rows(SETTINGS)
    assert len(rows) == len(asked) == 5
    assert rows[0] == ("search: 2 tasks, 8 x 8", "theta 0.04 s, first calls 8 s; 4.00 GiB")
    assert [name for name, _ in rows[1:]] == [
        "search: 4 tasks, 8 x 8",
        "search: 2 tasks, 16 x 16",
        "exact front: 2 tasks, 3 blocks",
        "exact front: 3 tasks, 3 blocks",
    ]


def test_the_figure_has_two_pictures_for_each_argument_and_says_by_which_power_each_line_grows(asked, tmp_path):
    path = tmp_path / "growth.svg"
    growth.rows(topics.Settings("narrow", figure=str(path)))
    texts = [text for element in ElementTree.parse(path).iter() if (text := (element.text or "").strip())]
    assert texts.count("theta: power 2.0") == 2 and texts.count("theta: power 0.0") == 1
    assert texts.count("first calls: power 2.0") == 2
    assert {"seconds", "memory, GiB", "tasks T (8 x 8)", "pixels (T = 2)", "tasks T (L = 3)", "16²"} <= set(texts)


def test_a_figure_that_cannot_be_written_is_named_before_anything_is_measured(asked, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="`figure` must be a directory that can be written"):
        growth.rows(topics.Settings(figure=str(tmp_path / "file" / "growth.svg")))
    for figure, names in (("growth.png", ["growth"]), ("growth.svg", ["trees"])):
        with pytest.raises(ValueError, match=r"`figure` must be a file \.svg, and the topic growth be measured"):
            topics.check_topics(names, figure)
    topics.check_topics(["trees", "growth"], "growth.svg")
    assert not asked


def test_a_process_of_its_own_says_what_it_took_and_held():
    point = growth.in_child(growth.front_seconds, SETTINGS, "default", {"tasks": 3, "blocks": 2})
    assert point.seconds.keys() == {"front"} and point.seconds["front"] > 0
    assert 20e6 < point.bytes < 400e6  # of the interpreter and NumPy, without TensorFlow


def test_a_search_and_an_expected_cost_are_measured_for_some_tasks_alike():
    found = growth.search_seconds(SETTINGS, "auto", tasks=2, candidates=2, side=16)
    found |= growth.expected_cost_seconds(SETTINGS, "auto", tasks=2, blocks=2)
    assert found.keys() == {"theta", "alpha", FIRST, "expected cost"} and min(found.values()) > 0


@pytest.mark.parametrize("work", growth.WORKS.values(), ids=growth.WORKS)
def test_the_usual_values_are_among_those_that_grow(work):
    assert work.growing.keys() <= work.usual.keys()
    assert all(work.usual[name] in values for name, values in work.growing.items())
