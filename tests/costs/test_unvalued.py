"""Networks are built without values, and leave nothing behind."""

import keras
import pytest

from bmt_tf.costs.unvalued import without_values


def built():
    image = keras.Input((None, None, 3))
    return keras.Model(image, keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 3)(image)))


def test_variables_have_shapes_and_no_values_then_or_later():
    with without_values():
        network = built()
    assert [variable.shape for variable in network.variables][:2] == [(3, 3, 3, 4), (4,)]
    with keras.StatelessScope():
        pass
    assert all(variable._value is None for variable in network.variables)


def test_what_is_built_outside_has_values_also_after_an_error():
    with pytest.raises(ValueError, match="on purpose"), without_values():
        built()
        raise ValueError("on purpose")
    assert all(variable.numpy().shape == variable.shape for variable in built().variables)


def test_what_waits_for_values_outside_still_gets_them():
    with keras.StatelessScope():
        network = built()
        with without_values():
            built()
    assert all(variable.numpy().shape == variable.shape for variable in network.variables)
