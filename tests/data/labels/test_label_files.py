"""Label files by the kind of their task, kinds of the user's own among them."""

import math

import numpy as np
import pytest
from contracts.kinds import LabelKindContract

from bmt_tf.data import Folder, LabelFormat, register_label_format, write_folder
from bmt_tf.data.labels import label_files
from bmt_tf.data.labels.label_files import format_of, label_bytes
from bmt_tf.data.labels.label_format import one_channel, refuse
from bmt_tf.data.pixels import npy_file
from bmt_tf.tasks import KINDS, Activation, LabelKind, Scaling, Task, get_task, register_kind, registry
from bmt_tf.tasks.activations import ACTIVATIONS
from bmt_tf.tasks.constants import mean
from bmt_tf.tasks.painting import by_ramp

SHIFT = Activation(
    "shift",
    decode=lambda outputs: outputs,
    meaning="length in pixels",
    paint=lambda array, colours, span: by_ramp(np.linalg.norm(array, axis=-1, keepdims=True), colours, span),
    constant=mean,
    has_unit=True,
)
OFFSETS = LabelKind("offsets", "float32", True, math.nan, SHIFT, 2, Scaling.PIXELS, mirrored=(1,))


def read_offsets(stored, is_image, task, encoding):
    one_channel(stored[..., 0])
    refuse(abs(stored) > 1e6, stored, "hold offsets in pixels")
    return stored.astype(np.float32)


FORMAT = LabelFormat(OFFSETS, read_offsets, lambda label, ignored: npy_file(label))


@pytest.fixture
def offsets():
    """A task of a kind of one's own."""
    register_kind(OFFSETS)
    register_label_format(FORMAT)
    yield get_task("normals", name="offsets", kind="offsets", channels=2)
    del KINDS["offsets"], ACTIVATIONS["shift"], label_files._formats()["offsets"]


@pytest.mark.usefixtures("offsets")
class TestKindOfOnesOwn(LabelKindContract):
    task = get_task("normals", name="offsets", kind=OFFSETS, channels=2)
    label = np.array([[[0, 1], [2, -1], [-3, 2]], [[np.nan] * 2, [0, 0], [4, 1]]], np.float32)
    wrong = np.full([2, 3, 2], 1e9)


def test_a_data_folder_may_hold_a_kind_of_ones_own(offsets, tmp_path, array_source, monkeypatch):
    labels = [{"offsets": TestKindOfOnesOwn.label}]
    write_folder({"train": array_source([offsets], [np.zeros([2, 3, 3], np.uint8)], labels)}, tmp_path)
    with pytest.raises(ValueError, match=r"dataset\.json: `task_name` must be one of .* Received: task_name='offsets'"):
        Folder(str(tmp_path), "train")  # no task is registered whose loss it could take
    monkeypatch.setitem(registry._REGISTRY, "offsets", offsets)
    source = Folder(str(tmp_path), "train")
    assert source.tasks == {"offsets": offsets}
    np.testing.assert_array_equal(source[0]["labels"]["offsets"], TestKindOfOnesOwn.label)


def test_every_kind_has_a_format_of_its_own():
    for kind in KINDS.values():
        assert format_of(kind).kind is kind


def test_a_kind_has_one_format_unless_it_is_replaced(offsets):
    other = LabelFormat(OFFSETS, read_offsets, FORMAT.write, settings=("sign",))
    with pytest.raises(ValueError, match=r"`new` must have a name that is not taken.*'offsets'"):
        register_label_format(other)
    register_label_format(other, replace=True)
    assert format_of(OFFSETS) is other
    with pytest.raises(TypeError, match="`new` must be a LabelFormat"):
        register_label_format(read_offsets)


def test_kinds_without_a_format_have_no_files():
    usual = get_task("depth")
    task = Task("heat", LabelKind("heat", "float32", True, float("nan"), "relu"), 1, usual.loss, usual.measure, True)
    with pytest.raises(ValueError, match="must be of one of the kinds"):
        label_bytes(np.zeros([2, 2, 1], np.float32), task)
