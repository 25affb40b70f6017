"""LiteRT in fewer bits is smaller and near the network; a size that was not exported, or an operator, is named."""

import numpy as np
import pytest
from toys import plain_network

from bmt_tf.export.description import describe
from bmt_tf.export.formats import FORMATS, read_served
from bmt_tf.export.serving import Exportable


@pytest.mark.parametrize(("name", "near"), [("litert_float16", 0.02), ("litert_int8", 0.2)])
def test_predictions_in_fewer_bits_are_near_those_of_the_network(exported, photographs, wanted, name, near):
    images = photographs()
    found, expected = exported(name)(images), wanted(images)
    for task in ("depth", "normals", "edge", "scene"):
        difference = np.abs(found[task] - expected[task]).mean()
        assert 0 < difference < near * max(np.abs(expected[task]).max(), 1e-3)


def test_kernels_have_the_bits_that_were_asked_for(exported, tasks, tmp_path):
    depth = [task for task in tasks if task.name == "depth"]
    FORMATS["litert"].write(str(tmp_path), Exportable(plain_network(depth), depth, 4), ((16, 24),), ())
    about = {"format": "litert", "sizes": ((16, 24),), "stride": 4, "serve_size": None, "made_by": {}}
    whole = read_served(str(tmp_path), describe(depth, **about))

    def types(served):
        interpreter = served._interpreters[served.sizes[0]]
        return {detail["dtype"] for detail in interpreter.get_tensor_details() if len(detail["shape"]) == 4}

    assert not {np.float16, np.int8} & types(whole)
    assert np.float16 in types(exported("litert_float16"))
    assert np.int8 in types(exported("litert_int8"))


def test_a_size_that_it_was_not_exported_for_is_named(exported, photographs):
    fixed = exported("litert_float16")
    assert fixed.takes((16, 24)) and not fixed.takes((13, 21))
    with pytest.raises(ValueError, match=r"exported for, 16 x 24 pixels; .*--size.*Received: 13 x 21"):
        fixed(photographs(13, 21))


def test_an_operator_that_it_lacks_is_named(outlandish, tmp_path):
    with pytest.raises(
        ValueError, match=r"`formats` may name LiteRT .*Received: a network with Igamma in .*outlandish"
    ):
        FORMATS["litert"].write(str(tmp_path), outlandish, ((16, 24),), ())
