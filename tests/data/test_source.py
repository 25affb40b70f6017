"""Tests of the form of examples and sources."""

import numpy as np
import pytest
from contracts.sources import SourceContract

from bmt_tf import _files as files
from bmt_tf.data.source import check_example, image_sizes, state_by_files, state_of, with_only
from bmt_tf.tasks import get_task

TASKS = (get_task("depth"), get_task("attributes", channels=3))
IMAGES = [np.zeros([4, 6, 3], np.uint8), np.zeros([5, 2, 3], np.uint8)]


class TestASourceOfOnesOwn(SourceContract):
    @pytest.fixture
    def source(self, array_source):
        return array_source(TASKS, IMAGES)

    @pytest.fixture
    def others(self, array_source):
        return [array_source(TASKS, IMAGES[:1])]


def test_sizes_come_from_the_images_or_their_headers(array_source):
    source = array_source(TASKS, IMAGES)
    assert image_sizes(source, [1, 0]).tolist() == [[5, 2], [4, 6]]
    source.image_size = lambda index: (7, 8)
    assert image_sizes(source, [1]).tolist() == [[7, 8]]


def test_a_store_that_does_not_tell_when_files_were_written_gives_no_state(array_source, tmp_path):
    source, local, remote = array_source(TASKS, IMAGES), tmp_path / "a.txt", f"ram://{tmp_path.name}/a.txt"
    for path in (str(local), remote):
        files.write_bytes(path, b"a")
    assert state_by_files(source, [str(local)]) and state_by_files(source, [str(local), remote]) == ""
    assert state_of(source) == ""  # it does not say so itself


def test_unknown_tasks_are_refused(array_source):
    source = array_source(TASKS, IMAGES)
    assert with_only(source, ["depth"]) is source
    with pytest.raises(ValueError, match=r"tasks of 'arrays', which are \['attributes', 'depth'\].*\['edge'\]"):
        with_only(source, ["depth", "edge"])


def test_missing_labels_have_the_right_form(array_source):
    check_example(array_source(TASKS, IMAGES)[0], TASKS)


@pytest.mark.parametrize(
    "labels, received",
    [
        ({"depth": np.zeros([4, 6, 1])}, r"float64 \[4, 6, 1\]"),
        ({"depth": np.zeros([4, 5, 1], np.float32)}, r"float32 \[4, 5, 1\]"),
        ({"attributes": np.zeros([4], np.uint8)}, r"uint8 \[4\]"),
        ({"attributes": None}, "none"),
    ],
)
def test_a_label_of_another_form_is_refused(array_source, labels, received):
    example = array_source(TASKS, IMAGES, [labels, {}])[0]
    with pytest.raises(ValueError, match=f"`labels` of example 'image0' must hold .*Received: {received}"):
        check_example(example, TASKS)


def test_an_image_of_another_form_is_refused(array_source):
    example = array_source(TASKS, [np.zeros([4, 6, 1], np.uint8)])[0]
    with pytest.raises(ValueError, match=r"`image` of example 'image0' must be uint8 \[H, W, 3\]"):
        check_example(example, TASKS)
