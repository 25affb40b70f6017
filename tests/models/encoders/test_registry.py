"""Encoders by name."""

import pytest

from bmt_tf.models import encoder_names, get_encoder, register_encoder


@pytest.mark.parametrize("name", ["mobilenet_v2_0.35", "mobilenet_v2_1.0", "resnet50", "resnet50_keras", "resnet18"])
def test_encoder_bears_the_name_it_is_asked_by(name):
    encoder = get_encoder(name, output_stride=8)
    assert (encoder.name, encoder.stride) == (name, 8)


def test_users_own_encoder():
    register_encoder("mine", lambda output_stride=16: get_encoder("mobilenet_v2_0.1", output_stride=output_stride))
    assert get_encoder("mine", output_stride=32).stride == 32


def test_a_family_of_ones_own_gets_its_numbers_and_its_options():
    made = []
    register_encoder("made_<depth>_<width>", lambda **options: made.append(options) or get_encoder("narrow"))
    get_encoder("made_18_0.5", output_stride=8)
    assert made == [{"depth": 18.0, "width": 0.5, "output_stride": 8}]
    assert {"made_<depth>_<width>", "mobilenet_v2_<width>", "resnet50"} <= set(encoder_names())


def test_a_whole_name_goes_before_a_family():
    register_encoder("mobilenet_v2_0.77", lambda: get_encoder("narrow"))
    assert get_encoder("mobilenet_v2_0.77").name == "narrow"
    assert get_encoder("mobilenet_v2_0.75").name == "mobilenet_v2_0.75"


@pytest.mark.parametrize("name", ["mobilenet_v2", "made_<depth>_<width>", "resnet500", "mobilenet_v2_x", "vgg19"])
def test_unknown_name_is_refused(name):
    with pytest.raises(ValueError, match=rf"`name` must be one of .*resnet50_keras.* Received: name='{name}'"):
        get_encoder(name)


def test_option_that_an_encoder_has_not_is_refused_in_words():
    with pytest.raises(ValueError, match=r"`dropout` must be an option of encoder narrow .*output_stride.*dropout=0.1"):
        get_encoder("narrow", dropout=0.1)
