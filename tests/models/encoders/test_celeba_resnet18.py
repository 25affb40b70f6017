"""The ResNet-18 of Sener and Koltun for faces of 64 x 64."""

import keras
import numpy as np
import pytest

from bmt_tf.costs import cost_table
from bmt_tf.models import get_encoder
from bmt_tf.tasks import attribute_task, get_task

SIZE = (64, 64)


def test_trunk_and_heads_have_the_published_parameters():
    encoder = get_encoder("celeba_resnet18")
    two = [get_task("scene", name=f"face_{number}", classes=("no", "yes")) for number in range(40)]
    table = cost_table(encoder, two, SIZE, "parameters")
    assert table.shared() - sum(table.heads.values()) == 11_168_832
    assert table.shared() == 11_332_752
    one = cost_table(encoder, [attribute_task("face")], SIZE, "parameters")
    assert one.heads == {"face": 2049}


def test_it_has_the_published_multiply_adds():
    table = cost_table(get_encoder("celeba_resnet18"), [attribute_task("face")], SIZE, "multiply_adds")
    assert round(table.shared() / 1e9, 3) == 2.222


def test_last_features_are_the_means_of_four_by_four_places():
    encoder = get_encoder("celeba_resnet18", width=1 / 16)
    plain = get_encoder("celeba_resnet18", width=1 / 16, whole_image=False)
    shape = (1, *SIZE, 3)
    features = encoder.walk(keras.KerasTensor(shape), lambda block, x: block.apply(x))
    assert features["stem"].shape == (1, 64, 64, 4) and features["features"].shape == (1, 1, 1, 2 * 2 * 32)
    last, model = plain.blocks[-1].model(32), encoder.blocks[-1].model(32)
    model.set_weights(last.get_weights())
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 32)).astype("float32")
    expected = last(x).numpy().reshape(2, 2, 4, 2, 4, 32).mean((2, 4)).reshape(2, 1, 1, 128)
    np.testing.assert_allclose(model(x), expected, rtol=1e-4, atol=1e-5)


def test_another_stride_is_refused():
    with pytest.raises(ValueError, match="`output_stride` of encoder celeba_resnet18 must be 8"):
        get_encoder("celeba_resnet18", output_stride=16)
