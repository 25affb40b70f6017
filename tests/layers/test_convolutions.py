"""Dilated convolutions: Keras' numbers and weights, with and without a gradient of the device's own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.layers import Conv2D, convolutions, dilated_convolution

pytestmark = pytest.mark.traced

DRAW = np.random.default_rng(0)


FORMS = ("the device's gradient", "own gradient")  # the first is the second where the device has none of its own


def take(form, monkeypatch):
    """Makes gradients be taken in one of the forms."""
    if form == "own gradient":
        monkeypatch.setattr(convolutions, "_has_gradient", lambda *_: False)


@pytest.fixture(params=FORMS)
def form(request, monkeypatch):
    """Both forms in turn."""
    take(request.param, monkeypatch)


def built(channels, **options):
    """Returns Keras' layer and ours of the same name with the same weights."""
    pair = [kind(name="dilated", **options) for kind in (keras.layers.Conv2D, Conv2D)]
    for layer in pair:
        layer.build((None, None, None, channels))
    pair[1].set_weights([DRAW.normal(size=weight.shape) for weight in pair[0].weights])
    pair[0].set_weights(pair[1].get_weights())
    return pair


def step_by_step(layer, x):
    """Returns output and gradients."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = layer(x)
        loss = tf.reduce_sum(tf.sin(output))
    return output, *tape.gradient(loss, [x, *(weight.value for weight in layer.weights)])


def graph(layer, shape):
    """Returns a function of maps that gives output and gradients, traced for the shape."""
    return tf.function(lambda x: step_by_step(layer, x), input_signature=[tf.TensorSpec(shape)])


def results(layer, x):
    """Returns output and gradients, from a graph that is traced for the very size."""
    return graph(layer, x.shape)(x)


def assert_same(ours, theirs, said=""):
    for value, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-4, err_msg=said)


@pytest.mark.parametrize(
    "options",
    [
        {"filters": 4, "kernel_size": 3, "dilation_rate": 2},
        {"filters": 4, "kernel_size": (5, 3), "dilation_rate": (2, 3), "activation": "relu"},
        {"filters": 2, "kernel_size": 3, "dilation_rate": 36, "use_bias": False},
    ],
)
def test_outputs_and_gradients_are_those_of_keras(options, monkeypatch):
    theirs, ours = built(3, padding="same", **options)
    maps = [tf.constant(DRAW.normal(size=(2, *size, 3)), tf.float32) for size in ((7, 10), (2, 9))]
    expected = [step_by_step(theirs, x) for x in maps]
    for form in FORMS:
        with monkeypatch.context() as patch:
            take(form, patch)
            of_any_size = graph(ours, [None, None, None, 3])
            for x, wanted in zip(maps, expected, strict=True):
                assert_same(results(ours, x), wanted, f"{form}, fixed size")
                assert_same(of_any_size(x), wanted, f"{form}, any size")


@pytest.mark.parametrize(
    "options",
    [
        {"padding": "valid"},
        {"padding": "same", "kernel_size": 2},
        {"padding": "same", "dilation_rate": 1, "strides": 2},
    ],
    ids=["no padding", "even kernel", "no dilation"],
)
def test_what_is_not_dilated_here_is_keras(options):
    theirs, ours = built(2, **{"filters": 4, "kernel_size": 3, "dilation_rate": 2, **options})
    x = tf.constant(DRAW.normal(size=(2, 6, 9, 2)), tf.float32)
    assert_same(results(ours, x), step_by_step(theirs, x))


def test_taps_that_cannot_meet_the_map_are_left_out(monkeypatch):
    shapes = []
    monkeypatch.setattr(convolutions, "_has_gradient", lambda *_: True)
    convolve = convolutions._convolve
    monkeypatch.setattr(convolutions, "_convolve", lambda x, k, rates: shapes.append(k.shape) or convolve(x, k, rates))
    kernel = tf.ones([3, 3, 1, 1])
    for size, rates in (((7, 7), (6, 6)), ((6, 7), (6, 6)), ((6, 6), (6, 6)), ((5, 6), (2, 6))):
        dilated_convolution(tf.ones([1, *size, 1]), kernel, rates)
    assert [tuple(shape[:2]) for shape in shapes] == [(3, 3), (1, 3), (1, 1), (3, 1)]


def test_weights_and_files_are_those_of_keras(tmp_path):
    def model(kind):
        image = keras.Input((None, None, 3))
        return keras.Model(image, kind(4, 3, dilation_rate=2, padding="same", name="dense")(image))

    theirs, ours = model(keras.layers.Conv2D), model(Conv2D)
    assert [variable.path for variable in ours.variables] == [variable.path for variable in theirs.variables]
    theirs.save_weights(tmp_path / "theirs.weights.h5")
    ours.load_weights(tmp_path / "theirs.weights.h5")
    ours.save(tmp_path / "ours.keras")
    x = DRAW.normal(size=(1, 9, 9, 3)).astype("float32")
    for loaded in (ours, keras.saving.load_model(tmp_path / "ours.keras")):
        assert isinstance(loaded.get_layer("dense"), Conv2D)
        np.testing.assert_allclose(loaded(x), theirs(x), rtol=1e-4, atol=1e-5)


def test_half_precision(form):
    options = {"filters": 4, "kernel_size": 3, "dilation_rate": 2, "padding": "same", "use_bias": False}
    wide = built(2, **options)[1]
    half = Conv2D(dtype="mixed_bfloat16", **options)
    half.build((None, None, None, 2))
    half.set_weights(wide.get_weights())
    x = tf.constant(DRAW.normal(size=(2, 6, 7, 2)), tf.float32)
    narrow = results(half, x)
    assert narrow[0].dtype == tf.bfloat16 and narrow[2].dtype == tf.float32
    for value, expected in zip(narrow, results(wide, x), strict=True):
        np.testing.assert_allclose(tf.cast(value, tf.float32), expected, atol=0.05 * np.abs(expected).max())


@pytest.mark.parametrize(("refuses", "found"), [(True, False), (False, True)])
def test_whether_there_is_a_gradient_is_tried_once(refuses, found, monkeypatch):
    def gradient(input, **arguments):
        tried.append(arguments["dilations"])
        with tf.control_dependencies([tf.debugging.Assert(not refuses, ["no dilation here"])]):
            return tf.identity(input)

    tried = []
    monkeypatch.setattr(tf.raw_ops, "Conv2DBackpropFilter", gradient)
    monkeypatch.setattr(tf.raw_ops, "Conv2DBackpropInput", lambda filter, **_: filter)
    convolutions._has_gradient.cache_clear()
    assert [convolutions._has_gradient("", tf.float32, False) for _ in range(2)] == [found, found]
    assert tried == [[1, 2, 2, 1]]
    convolutions._has_gradient.cache_clear()


def test_gradients_step_by_step_are_those_of_a_traced_function(form):
    theirs, ours = built(2, filters=3, kernel_size=3, dilation_rate=2, padding="same")
    x = tf.constant(DRAW.normal(size=(2, 6, 7, 2)), tf.float32)
    expected = results(theirs, x)
    tf.config.run_functions_eagerly(True)  # said anew before every test
    assert_same(step_by_step(ours, x), expected)


def test_compiled_by_xla(form):
    theirs, ours = built(2, filters=4, kernel_size=3, dilation_rate=2, padding="same")
    x = tf.constant(DRAW.normal(size=(2, 6, 7, 2)), tf.float32)
    compiled = tf.function(lambda: results(ours, x), jit_compile=True, autograph=False)
    assert_same(compiled(), step_by_step(theirs, x))
