"""CelebA, from lists that are written here as they are distributed, to labels that are known."""

import numpy as np
import pytest
from contracts.sources import SourceContract

from bmt_tf.data import check_data, data_tasks, open_data, split_names
from bmt_tf.data.sets.celeba import ATTRIBUTES, CelebA
from bmt_tf.tasks import attribute_task

NUMBERS = range(1, 6)
SPLIT_OF = {1: 0, 2: 0, 3: 1, 4: 2, 5: 0}


def has(number, column):
    """Whether a face has an attribute, by a rule that tells faces and columns apart."""
    return (number * 7 + column * column) % 5 < 2


def annotations(ends="\n"):
    def row(number):
        cells = ("1" if has(number, column) else "-1" for column in range(40))
        return f"{number:06d}.jpg " + "".join(f"{cell:>3}" for cell in cells)  # runs of blanks, as in the file

    return ends.join([str(len(NUMBERS)), " ".join(ATTRIBUTES) + " ", *map(row, NUMBERS), ""])


@pytest.fixture
def root(tmp_path, write):
    for number in NUMBERS:
        write(tmp_path / "Img" / "img_align_celeba" / f"{number:06d}.jpg", np.full([6, 4, 3], number, np.uint8))
    (tmp_path / "Anno").mkdir()
    (tmp_path / "Anno" / "list_attr_celeba.txt").write_text(annotations())
    (tmp_path / "Eval").mkdir()
    (tmp_path / "Eval" / "list_eval_partition.txt").write_text(
        "".join(f"{number:06d}.jpg {split}\n" for number, split in SPLIT_OF.items())
    )
    return tmp_path


class TestCelebA(SourceContract):
    @pytest.fixture
    def source(self, root):
        return open_data(str(root), "train")

    @pytest.fixture
    def others(self, root):
        return [CelebA(str(root), split) for split in ("val", "test")]


def test_forty_tasks_and_one_of_them_all_have_the_attributes_of_the_list(root):
    assert check_data(str(root)) == []
    tasks = data_tasks(str(root))
    assert len(tasks) == 41 and all(
        task.channels == (40 if name == "attributes" else 1) for name, task in tasks.items()
    )
    assert list(tasks)[1:3] == ["five_o_clock_shadow", "arched_eyebrows"]
    source = CelebA(str(root), "train")
    assert source.ids == ("000001", "000002", "000005")
    for number, example in zip((1, 2, 5), source, strict=True):
        assert example["labels"]["attributes"].tolist() == [int(has(number, column)) for column in range(40)]
        for column, name in enumerate(ATTRIBUTES):
            assert example["labels"][attribute_task(name).name].tolist() == [int(has(number, column))]
    assert [CelebA(str(root), split).ids for split in ("val", "test")] == [("000003",), ("000004",)]


def test_windows_ends_and_another_place_of_lists_and_images_change_nothing(root, tmp_path, write):
    expected = [example["labels"]["attributes"].tolist() for example in CelebA(str(root), "train")]
    flat = tmp_path / "flat"
    for number in NUMBERS:
        write(flat / "img_align_celeba_png" / f"{number:06d}.png", np.full([6, 4, 3], number, np.uint8))
    (flat / "list_attr_celeba.txt").write_bytes(annotations("\r\n").encode())
    partition = (root / "Eval" / "list_eval_partition.txt").read_text().replace("\n", "\r\n")
    (flat / "list_eval_partition.txt").write_bytes(b"\xef\xbb\xbf" + partition.encode())
    source = open_data(str(flat), "train")
    assert [example["labels"]["attributes"].tolist() for example in source] == expected
    assert source[2]["image"][0, 0].tolist() == [5, 5, 5] and check_data(str(flat)) == []


def test_images_that_are_missing_or_in_no_list_are_named(root, write):
    (root / "Img" / "img_align_celeba" / "000002.jpg").unlink()
    write(root / "Img" / "img_align_celeba" / "000009.jpg", np.zeros([6, 4, 3], np.uint8))
    problems = [str(one) for one in check_data(str(root))]
    assert len(problems) == 2 and "000002.jpg" in problems[1]
    assert "000009.jpg: an image must have a row in list_attr_celeba.txt to be used" in problems[0]


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("5\n", "6\n", r"first line must be the number of images, 5\. Received: '6'"),
        ("Young", "Old", "second line must hold the 40 attributes, 5_o_Clock_Shadow to Young. Received: "),
        ("000003.jpg", "000003.jpg 1", "line 5 must be the name of an image and 40 times -1 or 1"),
        ("000003.jpg", "000007.jpg", r"must have the images of .*partition\.txt\. Received: 1 others.*000007"),
        ("000003.jpg", "000002.jpg", r"must have the images of .*list_attr.*\. Received: 1 others.*000003"),
    ],
)
def test_wrong_annotations_are_refused_by_their_file(root, old, new, message):
    path = root / "Anno" / "list_attr_celeba.txt"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(ValueError, match=rf"list_\w+\.txt: .*{message}"):
        CelebA(str(root), "train")


def test_wrong_partitions_and_repeated_images_are_refused(root):
    path = root / "Eval" / "list_eval_partition.txt"
    path.write_text("000001.jpg 3\n")
    with pytest.raises(
        ValueError, match=r"line 1 must be the name of an image, .* 0, 1 or 2\. Received: '000001.jpg 3'"
    ):
        CelebA(str(root), "train")
    path.write_bytes(b"\xff\xfe0")
    with pytest.raises(ValueError, match="must be UTF-8 text"):
        CelebA(str(root), "train")
    path.write_text("".join(f"{number:06d}.jpg 0\n" for number in (1, 2, 4, 5)))
    names = root / "Anno" / "list_attr_celeba.txt"
    names.write_text(names.read_text().replace("000003.jpg", "000002.jpg"))
    with pytest.raises(ValueError, match="must have each image once"):
        CelebA(str(root), "train")


def test_missing_lists_images_and_splits_are_named(root):
    with pytest.raises(ValueError, match=r"`split` of CelebA must be one of train, val, test\. Received: split='all'"):
        CelebA(str(root), "all")
    (root / "Img").rename(root / "images")
    with pytest.raises(FileNotFoundError, match=r"images in Img/ or beside it, in img_align_celeba, .*none in"):
        CelebA(str(root), "train")
    (root / "Eval" / "list_eval_partition.txt").unlink()
    with pytest.raises(FileNotFoundError, match=r"must have the file Eval/list_eval_partition\.txt"):
        CelebA(str(root), "train")


def test_the_splits_are_those_that_have_images(root, tmp_path_factory):
    assert split_names(str(root)) == ("train", "val", "test")
    partition = root / "Eval" / "list_eval_partition.txt"
    partition.write_text("000001.jpg 0\n000002.jpg 2\n")
    assert split_names(str(root)) == ("train", "test")
    partition.write_text("\n")
    assert (
        split_names(str(root)) == split_names(f"celeba:{tmp_path_factory.mktemp('empty')}") == ("train", "val", "test")
    )
