"""Label kinds: their shapes, and what they refuse."""

import math

import pytest

from bmt_tf.tasks import KINDS, LabelKind, Scaling, task_names
from bmt_tf.tasks.activations import ACTIVATIONS


def test_every_kind_is_found_by_its_name():
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in KINDS}
    assert set(KINDS) == {
        "segmentation", "saliency", "edge", "depth", "quantity", "instances", "disparity", "heat_map", "normals",
        "scene", "attributes",
    }  # fmt: skip


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
    with pytest.raises(ValueError, match=r"`activation` of label kind 'height'.*3"):
        LabelKind("height", "float32", True, math.nan, 3, 1)


def test_an_activation_may_be_given_by_name_or_as_itself():
    by_name = LabelKind("height", "float32", True, math.nan, "relu", 1)
    assert by_name == LabelKind("height", "float32", True, math.nan, ACTIVATIONS["relu"], 1)


def test_the_usual_task_of_every_kind_is_registered():
    assert {kind.usual_task for kind in KINDS.values()} <= set(task_names())
    assert LabelKind("height", "float32", True, math.nan, "relu").usual_task == "height"


def test_depth_is_a_distance_and_offsets_and_disparity_are_lengths_in_the_image():
    scaling = {name: kind.scaling for name, kind in KINDS.items() if kind.scaling is not Scaling.NONE}
    assert scaling == {"depth": Scaling.DISTANCE, "instances": Scaling.PIXELS, "disparity": Scaling.PIXELS}
    assert {name: kind.mirrored for name, kind in KINDS.items() if kind.mirrored} == {
        "instances": (0,),
        "normals": (0,),
    }


@pytest.mark.parametrize(
    ("scaling", "zoomed", "resized"), [(Scaling.NONE, 6, 6), (Scaling.DISTANCE, 3, 6), (Scaling.PIXELS, 12, 12)]
)
def test_nearer_cameras_change_distances_and_more_pixels_change_lengths_in_pixels(scaling, zoomed, resized):
    assert scaling.zoomed(6.0, 2) == zoomed and scaling.resized(6.0, 2) == resized
