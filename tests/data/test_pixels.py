"""Tests of reading photographs and arrays from files."""

import numpy as np
import pytest
from PIL import Image, ImageOps
from scipy.io import savemat

from bmt_tf.data.pixels import image_orientation, image_size, read_array, read_image, turned

GREY = np.arange(24, dtype=np.uint8).reshape(4, 6)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_grey_and_transparent_images_become_rgb(tmp_path, mode):
    path = str(tmp_path / "image.png")
    Image.fromarray(GREY).convert(mode).save(path)
    np.testing.assert_array_equal(read_image(path), np.stack([GREY] * 3, axis=-1))
    assert image_size(path) == (4, 6)


def test_an_image_of_16_bits_is_refused(tmp_path):
    Image.fromarray(GREY.astype(np.uint16)).save(tmp_path / "image.png")
    with pytest.raises(ValueError, match=r"image\.png: an image must have 8 bits"):
        read_image(str(tmp_path / "image.png"))


@pytest.mark.parametrize("content", [b"", b"no image", "cut"])
def test_a_damaged_image_is_named(tmp_path, content):
    path = tmp_path / "image.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, [40, 60, 3], np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:3000] if content == "cut" else content)
    with pytest.raises(ValueError, match=r"image\.png: the file must be readable"):
        read_image(str(path))


def test_a_missing_image_stays_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_image(str(tmp_path / "image.png"))


def test_palette_images_give_indices(tmp_path):
    image = Image.fromarray(GREY)
    image.putpalette([255 - value // 3 for value in range(768)])
    image.save(tmp_path / "label.png")
    np.testing.assert_array_equal(read_array(str(tmp_path / "label.png")), GREY)


def test_16_bit_images_keep_their_values(tmp_path):
    depth = GREY.astype(np.uint16) * 2700
    Image.fromarray(depth).save(tmp_path / "label.png")
    np.testing.assert_array_equal(read_array(str(tmp_path / "label.png")), depth)


def test_matlab_variables(tmp_path):
    savemat(tmp_path / "label.mat", {"depth": GREY.astype(float)})
    np.testing.assert_array_equal(read_array(str(tmp_path / "label.mat"), "depth"), GREY)
    with pytest.raises(ValueError, match=r"variable 'normals'\. Received: variables \['depth'\]"):
        read_array(str(tmp_path / "label.mat"), "normals")


def test_pickled_arrays_are_never_loaded(tmp_path):
    np.save(tmp_path / "label.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match=r"label\.npy: the file must be readable.*allow_pickle"):
        read_array(str(tmp_path / "label.npy"))


def test_other_files_are_refused(tmp_path):
    np.save(tmp_path / "label.npy", np.array(["text"]))
    with pytest.raises(ValueError, match=r"one array of plain numbers\. Received: numbers of type <U4"):
        read_array(str(tmp_path / "label.npy"))
    np.savez(tmp_path / "two.npz", GREY)
    (tmp_path / "two.npz").rename(tmp_path / "two.npy")
    with pytest.raises(ValueError, match="Received: NpzFile"):
        read_array(str(tmp_path / "two.npy"))
    (tmp_path / "label.txt").write_text("1")
    with pytest.raises(ValueError, match=r"must be \.png"):
        read_array(str(tmp_path / "label.txt"))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photographs_are_upright_whatever_their_camera_noted(tmp_path, orientation):
    pixels = np.random.default_rng(0).integers(0, 256, [3, 5, 3], np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = str(tmp_path / "a.png")
    Image.fromarray(pixels).save(path, exif=exif)
    upright = np.array(ImageOps.exif_transpose(Image.open(path)))
    np.testing.assert_array_equal(read_image(path), upright)
    np.testing.assert_array_equal(turned(pixels, image_orientation(path)), upright)
    assert image_size(path) == upright.shape[:2]
