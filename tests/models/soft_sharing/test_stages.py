"""Where tasks exchange features."""

import dataclasses

import pytest
import toys

from bmt_tf.models import get_encoder
from bmt_tf.models.soft_sharing.stages import sites, stage_ends


def test_sites_are_the_stem_and_the_ends_of_stages():
    mobilenet = get_encoder("mobilenet_v2_0.1")
    assert sites(mobilenet) == ("stem", *(f"block_{number:02d}" for number in (1, 3, 6, 10, 13, 16, 17)))
    assert sites(mobilenet, stages_only=True) == stage_ends(mobilenet)
    assert stage_ends(get_encoder("resnet50")) == ("stage1_block3", "stage2_block4", "stage3_block6", "stage4_block3")


def test_stages_end_where_the_next_begins_or_none_follows():
    encoder = toys.staged_encoder()
    assert stage_ends(encoder) == ("one", "three")
    assert stage_ends(encoder.merged()) == ("first", "second")
    no_aspp = dataclasses.replace(encoder, blocks=encoder.blocks[:-1])
    assert stage_ends(no_aspp) == ("one", "three")


def test_an_encoder_without_stages_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match="give the blocks of your encoder a `stage`, each its own if need be"):
        stage_ends(toys.small_encoder())
