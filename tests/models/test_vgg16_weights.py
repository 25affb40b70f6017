"""VGG-16 files of every form are read to the same layers, and a thin network starts from a wide one."""

import h5py
import keras
import numpy as np
import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched, get_encoder, load_pretrained
from bmt_tf.models.somp import narrowed
from bmt_tf.models.vgg16_weights import read_vgg16
from bmt_tf.tasks import attribute_task

TASKS = [attribute_task("smiling"), attribute_task("young")]
NAMES = [task.name for task in TASKS]
WIDTHS = [2] * 13 + [4, 4]


def keras_form(omega):
    """Returns a network of the form of VGG16 of keras.applications, with at most `omega` channels."""
    x = image = keras.Input((224, 224, 3))
    for stage, count in enumerate((2, 2, 3, 3, 3), start=1):
        for number in range(1, count + 1):
            name = f"block{stage}_conv{number}"
            x = keras.layers.Conv2D(omega, 3, padding="same", activation="relu", name=name)(x)
        x = keras.layers.MaxPooling2D(2, name=f"block{stage}_pool")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(2 * omega, activation="relu", name="fc1")(x)
    x = keras.layers.Dense(2 * omega, activation="relu", name="fc2")(x)
    return keras.Model(image, keras.layers.Dense(10, name="predictions")(x))


def shared_network(name):
    encoder = get_encoder(name)
    grouping = Grouping.shared(NAMES, encoder.block_names)
    return encoder, grouping, build_branched(encoder, TASKS, grouping, seed=0)


@pytest.fixture(scope="module")
def wide(randomise):
    """A VGG-16 of Keras' form with three channels."""
    return randomise(keras_form(3), seed=5)


@pytest.fixture(scope="module")
def file(wide, tmp_path_factory):
    path = tmp_path_factory.mktemp("vgg") / "wide.weights.h5"
    wide.save_weights(path)
    return str(path)


def test_keras_files_new_and_old_are_read_to_the_network_that_wrote_them(wide, file, tmp_path):
    old = tmp_path / "old.h5"  # as Keras 2 named what lies in a file
    with h5py.File(old, "w") as written:
        for layer in wide.layers:
            for variable in layer.weights:
                written[f"{layer.name}/{layer.name}_{variable.name[0].upper()}_1:0"] = variable.numpy()
    for path in (file, old):
        layers = read_vgg16(path)
        assert [bias.size for _, bias in layers] == [3] * 13 + [6, 6]
        np.testing.assert_array_equal(layers[4][0], wide.get_layer("block3_conv1").kernel)
        np.testing.assert_array_equal(layers[13][0], np.reshape(wide.get_layer("fc1").kernel, [7, 7, 3, 6]))
        np.testing.assert_array_equal(layers[14][1], wide.get_layer("fc2").bias)


def test_a_network_as_wide_as_the_file_computes_what_its_source_does(wide, file):
    encoder, grouping, network = shared_network("thin_vgg16_3")
    load_pretrained(network, encoder, grouping, file)
    image = np.random.default_rng(0).uniform(0, 255, (1, 224, 224, 3)).astype("float32")
    features = keras.Model(wide.input, wide.get_layer("fc2").output)(network.get_layer("stem")(image))
    x = image
    for node in ("stem", *(f"{block}_g0" for block in encoder.block_names)):
        x = network.get_layer(node)(x)
    np.testing.assert_allclose(np.reshape(x, [1, -1]), features, rtol=1e-3, atol=1e-3)


def test_a_thin_network_starts_from_chosen_units_in_every_branch(file):
    encoder = get_encoder("thin_vgg16_2")
    apart = Grouping.separate(NAMES, encoder.block_names)
    network = build_branched(encoder, TASKS, apart, seed=0)
    assert load_pretrained(network, encoder, apart, file) == 2 * 15 * 4
    expected = narrowed(read_vgg16(file), WIDTHS)
    for block, (kernel, bias) in zip(encoder.block_names, expected, strict=True):
        for node in (f"{block}_g0", f"{block}_g1"):
            layer = network.get_layer(node).get_layer(f"{block}_conv")
            np.testing.assert_allclose(layer.kernel, kernel, rtol=1e-6)
            np.testing.assert_allclose(layer.bias, bias, rtol=1e-6)


def test_a_file_of_our_own_has_its_norms_folded_in(randomise, tmp_path):
    _, _, source = shared_network("thin_vgg16_3")
    randomise(source, seed=7)
    path = tmp_path / "own.weights.h5"
    source.save_weights(path)
    encoder, grouping, network = shared_network("thin_vgg16_3")
    load_pretrained(network, encoder, grouping, path)
    image = np.random.default_rng(1).uniform(0, 255, (1, 64, 64, 3)).astype("float32")
    before, after = source.get_layer("stem")(image), network.get_layer("stem")(image)
    for block in encoder.block_names:
        before, after = (net.get_layer(f"{block}_g0")(x) for net, x in ((source, before), (network, after)))
    np.testing.assert_allclose(after, before, rtol=1e-3, atol=1e-3)


def test_files_that_do_not_fit_are_refused(file, tmp_path):
    encoder, grouping, network = shared_network("thin_vgg16_4")
    with pytest.raises(ValueError, match="`weights` must be of a VGG-16 at least as wide as the encoder"):
        load_pretrained(network, encoder, grouping, file)
    with pytest.raises(FileNotFoundError, match=r"an existing .weights.h5 file. Received: weights='no.h5'"):
        load_pretrained(network, encoder, grouping, "no.h5")
    text = tmp_path / "text.h5"
    text.write_text("no weights")
    with pytest.raises(ValueError, match="`weights` must be an HDF5 file"):
        read_vgg16(text)
    topless, other, short = (tmp_path / f"{name}.weights.h5" for name in ("topless", "other", "short"))
    model = keras_form(4)
    keras.Model(model.input, model.get_layer("block5_pool").output).save_weights(topless)
    with pytest.raises(ValueError, match=r"one with top. Received: .* with 13 layers"):
        load_pretrained(network, encoder, grouping, topless)
    image = keras.Input((8, 8, 3))
    keras.Model(image, keras.layers.Conv2D(4, 5)(image)).save_weights(other)
    with pytest.raises(ValueError, match=r"whose layer 1 has a kernel of shape \(5, 5, 3, 4\), not \(3, 3, 3, 4\)"):
        read_vgg16(other)
    keras.Model(image, keras.layers.Conv2D(4, 3)(image)).save_weights(short)
    with pytest.raises(ValueError, match=r"must hold the 13 convolutions of a VGG-16. Received: .* with 1 layers"):
        read_vgg16(short)


def test_a_network_without_fc6_needs_no_top(tmp_path):
    path = tmp_path / "topless.weights.h5"
    model = keras_form(4)
    keras.Model(model.input, model.get_layer("block5_pool").output).save_weights(path)
    encoder = get_encoder("thin_vgg16_4", whole_image=False)
    grouping = Grouping.shared(NAMES, encoder.block_names)
    network = build_branched(encoder, TASKS, grouping, seed=0)
    assert load_pretrained(network, encoder, grouping, path) == 13 * 4


def test_a_failed_download_says_so(monkeypatch):
    monkeypatch.setattr("keras.applications.VGG16", lambda weights: 1 / 0)
    encoder, grouping, network = shared_network("thin_vgg16_2")
    with pytest.raises(ValueError, match="the download failed; give a local file"):
        load_pretrained(network, encoder, grouping)
