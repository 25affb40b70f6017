"""Tasks by name."""

import dataclasses
import math

import pytest

from bmt_tf.tasks import KINDS, LabelKind, attribute_task, get_task, register_kind, register_task, registry, task_names
from bmt_tf.tasks.activations import ACTIVATIONS

PAPERS = ("semseg", "human_parts", "saliency", "normals", "edge", "depth", "scene", "attributes")


@pytest.fixture(autouse=True)
def restored_registry(monkeypatch):
    monkeypatch.setattr(registry, "_REGISTRY", dict(registry._REGISTRY))


def test_the_papers_tasks_and_weights_are_known():
    assert task_names()[:6] == PAPERS[:6] and set(PAPERS) < set(task_names())
    weights = {name: get_task(name).weight for name in PAPERS}
    assert [weights[name] for name in PAPERS[:6]] == [1, 2, 5, 10, 50, 1]
    assert [name for name in PAPERS if get_task(name).lower_is_better] == ["normals", "depth"]
    assert [get_task(name).channels for name in PAPERS] == [21, 7, 1, 3, 1, 1, 365, 40]
    assert get_task("edge").loss.positive == 0.95


def test_changes_keep_channels_classes_and_colours_together():
    assert get_task("semseg", channels=40).classes == ()
    assert len(get_task("semseg", channels=40).colours) == 40
    assert get_task("semseg", channels=21).classes[15] == "person"
    assert get_task("semseg", classes=("a", "b")).channels == 2
    assert get_task("depth", name="height").name == "height"


def test_every_attribute_of_celeba_is_a_task_of_its_own():
    tasks = [attribute_task(name) for name in get_task("attributes").classes]
    assert len(tasks) == 40 and [get_task(task.name) for task in tasks] == tasks
    assert [task.name for task in tasks[:2]] == ["five_o_clock_shadow", "arched_eyebrows"]
    assert {(task.kind.name, task.channels, task.unit) for task in tasks} == {("attributes", 1, "")}
    assert attribute_task("Number of 5_s").name == "number_of_5_s"
    with pytest.raises(ValueError, match="`name` must be a Python identifier"):
        attribute_task("hat?")


def test_heat_maps_and_lengths_in_the_image_say_in_what_their_errors_are():
    names = ("instances", "disparity", "keypoints", "texture_edges")
    assert [(get_task(name).measure_name, get_task(name).unit) for name in names] == [
        ("L1 per component", "pixels"), ("L1", "pixels"), ("L1 x 100", ""), ("L1 x 100", ""),
    ]  # fmt: skip
    assert [get_task(name).weight for name in names] == [1, 1, 10, 10]


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r"`task_name`.*semseg.*'semsegg'"):
        get_task("semsegg")
    with pytest.raises(TypeError, match=r"`changes` of task 'semseg'.*chanels"):
        get_task("semseg", chanels=3)


def test_a_registered_task_is_found():
    own = get_task("depth", name="height", unit="px")
    register_task(own)
    register_task(own)
    assert get_task("height") is not None and get_task("height") == own
    assert task_names()[-1] == "height"
    other = get_task("height", unit="m")
    with pytest.raises(ValueError, match=r"`new`.*taken.*'height'"):
        register_task(other)
    register_task(other, replace=True)
    assert get_task("height").unit == "m"
    with pytest.raises(TypeError, match=r"`new` must be a Task"):
        register_task("height")


def test_a_registered_kind_and_its_activation_are_found():
    signed = dataclasses.replace(ACTIVATIONS["relu"], name="signed", decode=lambda outputs: outputs)
    heat = LabelKind("heat", "float32", True, math.nan, signed, 1)
    try:
        register_kind(heat)
        assert get_task("depth", name="heat", kind="heat").kind is heat
        assert LabelKind("cold", "float32", True, math.nan, "signed", 1).activation is signed
        with pytest.raises(ValueError, match=r"`new`.*taken.*'heat'"):
            register_kind(dataclasses.replace(heat, head_channels=2))
        with pytest.raises(ValueError, match=r"`new`.*taken.*'signed'"):
            register_kind(dataclasses.replace(heat, name="cold", activation=dataclasses.replace(signed, meaning="K")))
        assert "cold" not in KINDS
        register_kind(dataclasses.replace(heat, head_channels=2), replace=True)
        assert KINDS["heat"].head_channels == 2
        with pytest.raises(TypeError, match=r"`new` must be a LabelKind"):
            register_kind("heat")
    finally:
        KINDS.pop("heat", None)
        ACTIVATIONS.pop("signed", None)
