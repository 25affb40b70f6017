"""A study's file is read into values, its miniature merged; what no study has is refused by name and place."""

import pytest

from studies.description import Study, Trees, read_description, study_of
from studies.jobs import study_jobs

CONTENT = {"about": "Two tasks.", "tasks": ["semseg", "depth"]}


def test_content_becomes_values():
    study = study_of("two", {**CONTENT, "budgets": ["85%"], "trees": {"bmn": {"method": "bmn"}}, "seeds": [0, 1]})
    assert study == Study(
        name="two", about="Two tasks.", tasks=("semseg", "depth"), budgets=("85%",), seeds=(0, 1),
        trees={"bmn": Trees(method="bmn")},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"task": ["semseg"]}, "there is no task; there may be .*tasks"),
        ({"trees": {"bmn": {"methods": "bmn"}}}, "trees, bmn: there is no methods"),
        ({"trees": {"bmn": {}}}, "trees, bmn: there must be method"),
        ({"asks": ["money"]}, "`asks` must be among .*money"),
    ],
)
def test_what_no_study_has_is_named_with_its_place(changes, message):
    with pytest.raises(ValueError, match=message):
        study_of("two", CONTENT | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"networks": {"a": {"grouping": "b"}}}, "no tree, nor a search, 'b' in the study two: none"),
        ({"budgets": ["85%"], "trees": {"a": {"method": "bmtas", "search": "b"}}}, "no search 'b' in the study two"),
        ({"budgets": ["85%"], "trees": {"a": {"method": "vanilla", "like": "b"}}}, "no tree 'b' in the study two: a"),
        ({"contrasts": {"c": {"networks": ["d"], "flags": {}}}}, "no network 'd' in the study two"),
        ({"export": ["d"]}, "no network 'd' in the study two"),
        ({"calls": {"c": {"words": ["a.py"], "after": ["d"]}}}, "no call 'd' in the study two: c"),
        ({"calls": {"c": {"words": ["--of={b}"], "each": {"a": [1]}}}}, "the call 'c' .* of its `each`, \\['a'\\]"),
        ({"calls": {"c": {"words": ["a.py", "--of={b}"]}}}, "no other but out, .*Received: \\['b'\\]"),
        (
            {"budgets": ["85%"], "trees": {"a": {"method": "bmn"}}, "networks": {"a": {"grouping": "shared"}}},
            "a name of its own. Received: a twice",
        ),
    ],
)
def test_a_part_that_is_not_there_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        study_jobs(study_of("two", CONTENT | changes))


def test_a_study_of_nothing_is_refused():
    with pytest.raises(ValueError, match="there must be tasks, or calls"):
        study_of("none", {"about": "Nothing."})


def test_a_file_of_ones_own_is_read_with_its_miniature_and_what_the_command_says(tmp_path):
    pytest.importorskip("yaml")
    path = tmp_path / "mine.yaml"
    path.write_text(
        "about: Mine.\ntasks: [semseg, depth]\nasks: [data]\ntrain: {steps: 100, batch_size: 8}\n"
        "searches: {one: {}, two: {}}\n"
        "miniature: {asks: [], data: scenes, train: {steps: 2}, searches: {two: null}}\n"
    )
    with pytest.raises(ValueError, match="--data must be given for the study mine"):
        read_description(str(path))
    assert read_description(str(path), data="photographs").data == "photographs"
    small = read_description(str(path), miniature=True)
    assert (small.data, small.train, list(small.searches)) == ("scenes", {"steps": 2, "batch_size": 8}, ["one"])
    with pytest.raises(FileNotFoundError, match=r"`name` must be a study, .*demo.*absent"):
        read_description("absent")
