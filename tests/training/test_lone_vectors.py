"""A batch of one with global pooling trains to nothing: it is said, and only then."""

import keras
import pytest
import tensorflow as tf
from toys import small_encoder, tiny_encoder

from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.models.heads import registry
from bmt_tf.models.heads.head import Head
from bmt_tf.tasks import get_task
from bmt_tf.training import train_loop
from bmt_tf.training.lone_vectors import warn_of_lone_vectors


def _pooled_with_norm(inputs, channels):
    x = keras.layers.GlobalAveragePooling2D()(inputs.features["features"])
    x = keras.layers.BatchNormalization(name="own_norm")(x)
    return keras.layers.Dense(channels, dtype="float32")(x)


def _warned(caplog, encoder, batch_size, strategy):
    model = build_branched(encoder, [get_task("scene", channels=3)], Grouping.shared(["scene"], encoder.block_names))
    caplog.clear()
    with caplog.at_level("WARNING"):
        warn_of_lone_vectors(model, batch_size, strategy)
    return caplog.text


def test_batch_of_one_is_warned_of_where_the_aspp_pools(caplog):
    one = tf.distribute.get_strategy()
    assert "aspp_image_bn of aspp_g0" in _warned(caplog, tiny_encoder(), 1, one)
    assert _warned(caplog, tiny_encoder(), 2, one) == ""
    assert _warned(caplog, small_encoder(), 1, one) == ""


def test_one_image_per_replica_is_warned_of_where_a_head_norms_by_itself(caplog, monkeypatch, two_replicas):
    monkeypatch.setitem(registry._heads(), "pooled", Head(_pooled_with_norm, ("features",)))
    text = _warned(caplog, tiny_encoder(), 2, two_replicas)
    assert "own_norm of head_scene" in text and "aspp" not in text
    assert _warned(caplog, tiny_encoder(), 4, two_replicas) == ""


def test_training_says_so_before_its_first_step(tiny, caplog, monkeypatch):
    monkeypatch.setitem(registry._heads(), "pooled", Head(_pooled_with_norm, ("features",)))

    def began(*_):
        raise KeyboardInterrupt  # The step itself is not needed.

    monkeypatch.setattr(train_loop, "_go_on", began)
    with caplog.at_level("WARNING"), pytest.raises(KeyboardInterrupt):
        train_loop.train(tiny(encoder="small", tasks=("scene",), batch_size=1))
    assert "batch norm sees one vector" in caplog.text
