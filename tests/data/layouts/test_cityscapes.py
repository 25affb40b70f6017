"""The rendered scenes in the layout of Cityscapes."""

import numpy as np

from bmt_tf.data import Scenes, check_data, open_data, write_layout
from bmt_tf.data.sets.cityscapes import CLASSES
from bmt_tf.tasks import empty_label

NAMES = {"ground": "road", "plant": "vegetation", "person": "person", "car": "car", "sky": "sky", "wall": "wall"}


def test_what_is_read_back_is_what_was_rendered(tmp_path):
    source = Scenes("val", 12, 24, 32)
    write_layout({"val": source}, tmp_path, "cityscapes")
    read = open_data(str(tmp_path), "val")
    assert read.name == "cityscapes" and not check_data(read)
    assert read.ids[3] == "rendered_000000_000003" and len(read) == 12
    instances = 0
    for one, other in zip(source, read, strict=True):
        np.testing.assert_array_equal(other["image"], one["image"])
        names = np.array(source.tasks["semseg"].classes)[one["labels"]["semseg"][..., 0]]
        expected = [CLASSES.index(NAMES[name]) if name in NAMES else 255 for name in names.ravel()]
        np.testing.assert_array_equal(other["labels"]["semseg"].ravel(), expected)
        shown = np.isin(names, ["person", "car"])
        offsets = np.where(shown[..., None], one["labels"]["instances"], np.nan)
        np.testing.assert_allclose(other["labels"]["instances"], offsets, atol=1e-4)
        np.testing.assert_allclose(other["labels"]["disparity"], one["labels"]["disparity"], atol=1 / 512 + 1e-6)
        instances += len(np.unique(offsets[np.isfinite(offsets)]) > 0)
    assert instances > 0


def test_labels_of_single_tasks_are_written_and_what_is_not_labelled_is_stored_so(array_source, tmp_path):
    task = Scenes.every_task["disparity"]
    label = empty_label(task, 2, 2)
    label[0] = [[0.0], [300.0]]
    write_layout(
        {"val": array_source([task], [np.zeros([2, 2, 3], np.uint8)], [{"disparity": label}])}, tmp_path, "cityscapes"
    )
    read = open_data(str(tmp_path), "val")[0]["labels"]
    assert np.isnan(read["instances"]).all() and (read["semseg"] == 255).all()
    np.testing.assert_array_equal(read["disparity"][..., 0], [[0.0, 65534 / 256], [np.nan, np.nan]])
