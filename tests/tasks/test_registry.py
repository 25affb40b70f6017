"""Tasks by name."""

import dataclasses
import math

import pytest

from bmt_tf.tasks import KINDS, LabelKind, get_task, register_kind, register_task, registry, task_names
from bmt_tf.tasks.activations import ACTIVATIONS

PAPERS = ("semseg", "human_parts", "saliency", "normals", "edge", "depth", "scene", "attributes")


@pytest.fixture(autouse=True)
def restored_registry(monkeypatch):
    monkeypatch.setattr(registry, "_REGISTRY", dict(registry._REGISTRY))


def test_the_papers_tasks_and_weights_are_known():
    assert task_names()[:8] == PAPERS
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
    assert get_task("depth", name="disparity").name == "disparity"


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r"`task_name`.*semseg.*'semsegg'"):
        get_task("semsegg")
    with pytest.raises(TypeError, match=r"`changes` of task 'semseg'.*chanels"):
        get_task("semseg", chanels=3)


def test_a_registered_task_is_found():
    own = get_task("depth", name="disparity", unit="px")
    register_task(own)
    register_task(own)
    assert get_task("disparity") is not None and get_task("disparity") == own
    assert task_names()[-1] == "disparity"
    other = get_task("disparity", unit="m")
    with pytest.raises(ValueError, match=r"`new`.*taken.*'disparity'"):
        register_task(other)
    register_task(other, replace=True)
    assert get_task("disparity").unit == "m"
    with pytest.raises(TypeError, match=r"`new` must be a Task"):
        register_task("disparity")


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
