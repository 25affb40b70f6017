"""What holds for every label kind: the body of a test class that has `task`, `label` and `wrong`."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.data import Augmentation
from bmt_tf.data.augmentation import augment
from bmt_tf.data.labels.label_files import format_of, label_bytes, read_label
from bmt_tf.tasks import KINDS, Scaling, empty_label
from bmt_tf.tasks.colouring import colour_map
from bmt_tf.tasks.painting import IGNORED


class LabelKindContract:
    """Assertions about a kind.

    A test class that derives from it has `task`, a task of the kind; `label`, one of its labels that a file can hold,
    `[2, 3, channels]` or `[channels]`, not all ignored; `wrong`, an array for a `.npy` file that is no label of it; and
    `tolerance`, by how much numbers may differ after they were written and read.
    """

    tolerance = 0.0

    def same(self, one, other, tolerance=0.0):
        assert one.dtype == other.dtype == self.task.kind.dtype
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=0, atol=tolerance)

    def test_it_is_found_by_its_name(self):
        kind = self.task.kind
        assert KINDS[kind.name] is kind and format_of(kind).kind is kind

    def test_a_label_reads_back_as_it_was_written(self, tmp_path):
        suffix, content = label_bytes(self.label, self.task)
        (tmp_path / f"label{suffix}").write_bytes(content)
        notes = format_of(self.task.kind).notes
        self.same(read_label(str(tmp_path / f"label{suffix}"), self.task, notes), self.label, self.tolerance)

    def test_a_file_of_wrong_numbers_is_refused_by_its_name(self, tmp_path):
        np.save(tmp_path / "label.npy", self.wrong)
        with pytest.raises(ValueError, match=rf"label\.npy: a label of task '{self.task.name}' must .*Received: "):
            read_label(str(tmp_path / "label.npy"), self.task, {})

    def test_a_label_that_is_all_ignored_has_no_file(self):
        empty = empty_label(self.task, 2, 3)
        assert self.task.kind.is_ignored(empty).all()
        assert label_bytes(empty, self.task) is None

    def test_a_second_flip_undoes_the_first(self):
        kind = self.task.kind
        if not kind.dense:
            assert not kind.mirrored
            return
        once = kind.flipped(tf.constant(self.label[:, ::-1]), tf.constant(True))
        signs = np.ones(self.label.shape[-1])
        signs[list(kind.mirrored)] = -1
        np.testing.assert_array_equal(once, self.label[:, ::-1] * signs)
        self.same(kind.flipped(once[:, ::-1], tf.constant(True)).numpy(), self.label)
        self.same(kind.flipped(tf.constant(self.label), tf.constant(False)).numpy(), self.label)

    def test_an_image_of_another_size_changes_the_numbers_as_the_kind_says(self):
        kind, name = self.task.kind, self.task.name
        zoomed, resized = {Scaling.NONE: (1, 1), Scaling.DISTANCE: (1 / 2, 1), Scaling.PIXELS: (2, 2)}[kind.scaling]
        image, labels = np.zeros([2, 3, 3], np.uint8), {name: self.label}
        seen = augment(image, labels, [self.task], (4, 6), Augmentation(scales=(2.0,)), tf.constant([0, 0], tf.int64))
        doubled = self.label.repeat(2, axis=0).repeat(2, axis=1) if kind.dense else self.label
        np.testing.assert_array_equal(seen[1][name], doubled * zoomed)
        np.testing.assert_array_equal(kind.scaling.resized(self.label, 2), self.label * resized)
        if kind.dense:
            assert kind.resize(self.label, (4, 6)).shape == doubled.shape
            self.same(kind.resize(self.label, (2, 3)), self.label, self.tolerance)

    def test_a_label_per_pixel_can_be_drawn(self):
        if not self.task.kind.dense:
            with pytest.raises(ValueError, match="must have a label per pixel to be drawn"):
                colour_map(self.label, self.task)
            return
        picture = colour_map(self.label, self.task)
        assert picture.dtype == np.uint8 and picture.shape == (2, 3, 3)
        assert (colour_map(empty_label(self.task, 2, 3), self.task) == IGNORED).all()

    def test_the_best_constant_output_decodes_to_the_form_of_a_label(self):
        kind = self.task.kind
        rows = self.label.reshape(-1, self.label.shape[-1]) if kind.dense else self.label[None]
        rows = rows[~kind.is_ignored(rows).any(axis=1)]
        outputs = kind.activation.constant(rows, self.task.channels, kind.dense).astype(np.float32)
        assert outputs.shape == (self.task.channels,)
        grid = (1, 2, 3) if kind.dense else (1,)
        prediction = self.task.decode(tf.broadcast_to(outputs, [*grid, self.task.channels]))
        assert prediction.shape[1:] == self.label.shape and prediction.dtype.name == kind.activation.dtype
        assert not np.isnan(prediction).any()
