"""Settings of a choice check themselves."""

import pytest

from bmt_tf.choosing.config import ChoiceConfig

GOOD = {
    "output": "tree",
    "affinity": "affinity.npz",
    "data": "scenes",
    "encoder": "small",
    "image_size": (32, 32),
    "budget": "70%",
}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"output": ""}, "output"),
        ({"method": "best"}, "method"),
        ({"image_size": (32,)}, "image_size"),
        ({"image_size": (0, 32)}, "image_size"),
        ({"folded": -1}, "folded"),
        ({"tasks": ("depth", "edge"), "heads": {"semseg": "psp"}}, "heads"),
        ({"tolerance": 0.0}, "tolerance"),
        ({"beam_width": 0}, "beam_width"),
        ({"batch_size": 0}, "batch_size"),
        ({"replicates": -1}, "replicates"),
        ({"seed": -1}, "seed"),
        ({"affinity": ""}, "affinity"),
        ({"method": "bmtas"}, "search"),
        ({"method": "fafs"}, "shared"),
        ({"method": "permuted"}, "like"),
        ({"method": "permuted", "tasks": ("depth", "edge")}, "like"),
        ({"method": "random", "affinity": ""}, "like"),
        ({"budget": ""}, "budget"),
        ({"method": "all"}, "number"),
        ({"method": "all", "number": -1}, "number"),
        ({"method": "all", "number": 0, "affinity": ""}, "like"),
    ],
)
def test_setting_that_is_wrong_or_missing_is_named(change, name):
    with pytest.raises(ValueError, match=f"`{name}`.* must"):
        ChoiceConfig(**(GOOD | change))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"method": "random", "tasks": ("depth", "edge")},
        {"method": "vanilla", "like": "tree.json", "budget": ""},
        {"method": "permuted", "like": "tree.json", "budget": ""},
        {"method": "bmtas", "search": "run"},
        {"method": "fafs", "shared": "run"},
        {"method": "all", "number": 0, "budget": ""},
        {"method": "random"},
    ],
)
def test_what_a_method_needs_is_enough(change):
    ChoiceConfig(**(GOOD | change))


@pytest.mark.parametrize(
    ("change", "source"),
    [
        ({}, "affinity"),
        ({"method": "fafs", "shared": "run"}, "shared"),
        ({"method": "random"}, "affinity"),
        ({"method": "random", "like": "tree.json"}, "like"),
        ({"method": "random", "affinity": "", "tasks": ("depth", "edge")}, ""),
    ],
)
def test_one_setting_says_of_which_network_a_tree_is(change, source):
    assert ChoiceConfig(**(GOOD | change)).source == source
