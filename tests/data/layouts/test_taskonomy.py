"""The rendered scenes in the layout of Taskonomy."""

import numpy as np

from bmt_tf.data import Scenes, check_data, open_data, write_layout
from bmt_tf.data.sets.taskonomy_labels import CLASSES, PLACES
from bmt_tf.tasks import empty_label

NAMES = {"seat": "chair", "table": "dining table", "plant": "potted plant", "bed": "bed"}
PLACE_OF = {"bedroom": 52, "living_room": 215, "office": 244, "library": 212, "park": 254, "car_park": 257}


def test_what_is_read_back_is_what_was_rendered(tmp_path):
    sources = {split: Scenes(split, count, 16, 24) for split, count in (("train", 2), ("val", 5))}
    write_layout(sources, tmp_path, "taskonomy")
    assert not check_data(str(tmp_path))
    train, val = (open_data(str(tmp_path), split) for split in sources)
    assert train.ids == ("hanson/point_0_view_0", "hanson/point_1_view_0") and val.ids[0][:10] == "wiconisco/"
    assert (tmp_path / "train_val_test_tiny.csv").read_bytes() == b"id,train,val,test\rhanson,1,0,0\rwiconisco,0,1,0\r"
    scenes = sources["val"].tasks["scene"].classes
    for one, other in zip(sources["val"], val, strict=True):
        np.testing.assert_array_equal(other["image"], one["image"])
        names = np.array(sources["val"].tasks["semseg"].classes)[one["labels"]["semseg"].ravel()]
        expected = [CLASSES.index(NAMES.get(name, "background")) for name in names]
        np.testing.assert_array_equal(other["labels"]["semseg"].ravel(), expected)
        # The steps there are 1/512 of a metre, and more than 126 metres are no surface.
        depth = np.where(one["labels"]["depth"] < 64_500 / 512, one["labels"]["depth"], np.nan)
        np.testing.assert_allclose(other["labels"]["depth"], depth, atol=1 / 1024 + 1e-5)
        for task in ("texture_edges", "keypoints"):
            np.testing.assert_allclose(other["labels"][task], one["labels"][task], atol=1e-5)
        places = other["labels"]["scene"]
        told = dict(zip(scenes, one["labels"]["scene"], strict=True))
        for name, place in PLACE_OF.items():
            np.testing.assert_allclose(places[place], told[name], rtol=1e-5)
        np.testing.assert_allclose(places[319], told["street"] + told["night_street"], rtol=1e-5)
        np.testing.assert_allclose(other["labels"]["scene_63"], places[PLACES] / places[PLACES].sum(), rtol=1e-5)


def test_an_image_without_a_label_is_a_view_that_lacks_it(array_source, tmp_path):
    tasks = [Scenes.every_task[name] for name in ("semseg", "depth", "scene")]
    classes = np.full([4, 4, 1], 1, np.uint8)  # of one colour: a file that would be as small as an empty one
    source = array_source(tasks, [np.zeros([4, 4, 3], np.uint8)], [{"semseg": classes}])
    write_layout({"val": source}, tmp_path, "taskonomy")
    read = open_data(str(tmp_path), "val")
    labels = read[0]["labels"]
    assert (labels["semseg"] == 0).all()
    for task in ("depth", "scene", "keypoints"):
        np.testing.assert_array_equal(labels[task], empty_label(read.tasks[task], 4, 4))
