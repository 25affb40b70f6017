"""Label kinds: their shapes, and what they refuse."""

import math

import pytest

from bmt_tf.tasks import KINDS, LabelKind


def test_every_kind_is_found_by_its_name():
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in KINDS}
    assert set(KINDS) == {"segmentation", "saliency", "edge", "depth", "normals", "scene", "attributes"}


def test_class_labels_have_one_channel_and_others_as_many_as_the_head():
    assert KINDS["segmentation"].label_shape(21, 4, 6) == (4, 6, 1)
    assert KINDS["normals"].label_shape(3, 4, None) == (4, None, 3)
    assert KINDS["attributes"].label_shape(40, 4, 6) == (40,)


def test_integers_ignore_a_number_and_floats_ignore_nan():
    for kind in KINDS.values():
        assert kind.ignore == 255 if kind.dtype == "uint8" else math.isnan(kind.ignore)
    with pytest.raises(ValueError, match=r"`ignore` of label kind 'height'.*NaN"):
        LabelKind("height", "float32", True, 255, "relu", 1)
    with pytest.raises(ValueError, match="`ignore`"):
        LabelKind("height", "uint8", True, math.nan, "relu", 1)


def test_unknown_activation_is_refused():
    with pytest.raises(ValueError, match=r"`activation` of label kind 'height'.*tanh"):
        LabelKind("height", "float32", True, math.nan, "tanh", 1)
