"""Image files: found and named, converted or refused, turned upright, batched by size."""

import re

import numpy as np
import pytest
from PIL import Image

from bmt_tf.export import photographs
from bmt_tf.export.photographs import Photograph, equal_batches, find_photographs

PIXELS = np.random.default_rng(0).integers(0, 256, [6, 8, 3], np.uint8)


def save(path, array=PIXELS, mode=None, **options):
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(path, **options)


def test_photographs_are_read_as_they_are(tmp_path):
    save(tmp_path / "b.png")
    save(tmp_path / "a.png", PIXELS[:4])
    (tmp_path / ".hidden").write_text("no image")
    (tmp_path / "folder").mkdir()
    found, _ = find_photographs(str(tmp_path))
    assert [(photograph.name, photograph.size) for photograph in found] == [("a", (4, 8)), ("b", (6, 8))]
    np.testing.assert_array_equal(found[1].read(), PIXELS)


def test_files_of_equal_stem_keep_their_endings(tmp_path):
    for name in ("a.png", "a.bmp", "b.c.png"):
        save(tmp_path / name)
    assert names(tmp_path) == ["a.bmp", "a.png", "b.c"]


def test_no_two_files_have_predictions_of_one_name(tmp_path):
    for name in ("a.bmp", "a.png", "a.png.bmp", "B.png", "b.bmp", "c.png"):
        save(tmp_path / name)
    (tmp_path / "c.txt").write_text("notes on c")
    assert names(tmp_path) == ["B.png", "a.bmp", "a.png", "a.png.bmp", "b.bmp", "c"]


def names(folder):
    return [photograph.name for photograph in find_photographs(str(folder))[0]]


@pytest.fixture
def warnings(monkeypatch):
    """What is warned of."""
    found = []
    monkeypatch.setattr(photographs.logging, "warning", lambda text, *values: found.append(text % values))
    return found


def test_other_modes_are_converted_and_named(tmp_path, warnings):
    for mode in ("RGB", "L", "LA", "RGBA", "P", "1"):
        save(tmp_path / f"{mode}.png", mode=mode)
    found = {photograph.name: photograph for photograph in find_photographs(str(tmp_path))[0]}
    for photograph in found.values():
        assert photograph.read().shape == (6, 8, 3)
        assert photograph.read().dtype == np.uint8
    np.testing.assert_array_equal(found["RGBA"].read(), PIXELS)
    grey = np.array(Image.fromarray(PIXELS).convert("L"))
    np.testing.assert_array_equal(found["L"].read(), np.repeat(grey[..., None], 3, axis=-1))
    assert len(warnings) == 1
    assert set(re.findall(r"\((\w+)\)", warnings[0])) == {"L", "LA", "RGBA", "P", "1"}


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_a_photograph_taken_sideways_is_turned_upright(tmp_path, ending):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right
    save(tmp_path / f"a.{ending}", exif=exif)
    (found,), _ = find_photographs(str(tmp_path))
    assert found.size == (8, 6)
    np.testing.assert_array_equal(found.read(), np.rot90(PIXELS, -1))


def test_what_is_no_photograph_is_passed_over_and_named_and_damaged_ones_are_told_apart(tmp_path, warnings):
    save(tmp_path / "good.png")
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "empty.jpg").write_bytes(b"")
    save(tmp_path / "deep.png", np.full([4, 4], 40_000, np.uint16))
    (tmp_path / "folder").mkdir()
    found, damaged = find_photographs(str(tmp_path))
    assert [photograph.name for photograph in found] == ["good"]
    assert len(damaged) == 1 and "empty.jpg" in damaged[0]
    (warning,) = warnings
    assert all(name in warning for name in ("(3)", "notes.txt: no image", "deep.png: not 8 bits", "folder: a folder"))
    assert "good.png" not in warning and "empty.jpg" not in warning


def test_a_folder_of_other_files_alone_is_refused_by_name(tmp_path):
    (tmp_path / "notes.txt").write_text("no image")
    with pytest.raises(FileNotFoundError, match=r"without one\.\n.*notes\.txt: no image"):
        find_photographs(str(tmp_path))


def test_a_damaged_photograph_says_which_it_is(tmp_path):
    save(tmp_path / "whole.png", np.random.default_rng(1).integers(0, 256, [64, 64, 3], np.uint8))
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:5000])
    (cut, whole), _ = find_photographs(str(tmp_path))
    assert whole.read().shape == (64, 64, 3)
    with pytest.raises(ValueError, match=r"cut\.png: "):
        cut.read()


def test_a_photograph_of_another_size_than_its_header_says_is_refused(tmp_path):
    save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"a\.png: the header says \(8, 6\), the pixels are \(6, 8\)"):
        Photograph(str(tmp_path / "a.png"), "a", "RGB", (8, 6)).read()


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="must hold image files"):
        find_photographs(str(tmp_path))
    with pytest.raises(FileNotFoundError, match="must be a folder"):
        find_photographs(str(tmp_path / "nothing"))


def test_batches_have_one_size_and_hold_every_photograph_once():
    random = np.random.default_rng(2)
    sizes = [tuple(size) for size in random.integers(1, 4, [50, 2]).tolist()]
    every = [Photograph(f"{number}.png", str(number), "RGB", size) for number, size in enumerate(sizes)]
    batches = list(equal_batches(every, 4))
    assert all(len({photograph.size for photograph in batch}) == 1 and len(batch) <= 4 for batch in batches)
    assert sorted(int(photograph.name) for batch in batches for photograph in batch) == list(range(50))
    assert len(batches) == sum(-(-sizes.count(size) // 4) for size in set(sizes))


def test_large_photographs_come_one_by_one():
    every = [Photograph("a.png", "a", "RGB", (3000, 4000))] * 2
    assert [len(batch) for batch in equal_batches(every, 8)] == [1, 1]


@pytest.mark.parametrize(
    "files, names",
    [
        (("a.jpg", "a.png", "b.png"), ["a.jpg", "a.png", "b"]),
        (("a.jpg", "a.jpg.png", "a.png"), ["a.jpg", "a.jpg.png", "a.png"]),
        (("A.png", "a.jpg"), ["A.png", "a.jpg"]),
        (("K\u00fc.png", "Ku\u0308.jpg"), ["K\u00fc.png", "Ku\u0308.jpg"]),
    ],
)
def test_predictions_of_two_photographs_never_bear_one_name(tmp_path, files, names):
    for name in files:
        save(tmp_path / name)
    assert sorted(photograph.name for photograph in find_photographs(str(tmp_path))[0]) == sorted(names)
