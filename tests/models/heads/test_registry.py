"""Heads by name."""

import keras
import numpy as np
import pytest

from bmt_tf.models import Style, head_names, register_head
from bmt_tf.models.heads import registry
from bmt_tf.models.heads.registry import check_heads, head_of
from bmt_tf.tasks import get_task

FEATURES = {"features": np.ones((2, 3, 4, 6), "float32")}


def test_users_own_head():
    def mean_head(inputs, channels):
        x = keras.layers.GlobalMaxPooling2D(name="pool")(inputs.features["features"])
        return keras.layers.Dense(channels, dtype="float32", name="out")(x)

    register_head("mean", mean_head)
    assert "mean" in head_names()
    task = get_task("scene", channels=4, head="mean")
    head = head_of(task).model(task, Style(), FEATURES)
    assert head([FEATURES["features"], np.ones((2, 39, 55, 3), "float32")]).shape == (2, 4)


def test_heads_are_checked_before_they_are_built():
    register_head("unsaid", None)
    check_heads([get_task("depth", head=name) for name in ("deeplab", "psp", "unsaid")])
    with pytest.raises(ValueError, match=r"`head` of task scene must have outputs per image.*head='psp'"):
        check_heads([get_task("scene", head="psp")])
    register_head("unsaid", None, dense=False)
    with pytest.raises(ValueError, match=r"`head` of task depth must have outputs per pixel.*head='unsaid'"):
        check_heads([get_task("depth", head="unsaid")])
    del registry._heads()["unsaid"]


def test_unknown_head_is_refused():
    with pytest.raises(ValueError, match=r"`head` of task depth must be one of .* Received: head='pyramid'"):
        head_of(get_task("depth", head="pyramid"))
