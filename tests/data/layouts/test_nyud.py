"""The rendered scenes in the layout of NYUD-v2."""

import numpy as np

from bmt_tf.data import Scenes, check_data, open_data, write_layout
from bmt_tf.data.sets.nyud import CLASSES


def test_what_is_read_back_is_what_was_rendered(tmp_path):
    source = Scenes("val", 3, 24, 32)
    assert write_layout({"val": source}, tmp_path, "nyud") == str(tmp_path)
    read = open_data(str(tmp_path), "val")
    assert read.name == "nyud" and read.ids == source.ids and not check_data(read)
    names = np.array([*source.tasks["semseg"].classes])
    for one, other in zip(source, read, strict=True):
        for task in ("depth", "edge"):
            np.testing.assert_array_equal(other["labels"][task], one["labels"][task])
        np.testing.assert_allclose(other["labels"]["normals"], one["labels"]["normals"], atol=1e-6)
        told = {
            (str(names[a]), CLASSES[b] if b < 255 else None)
            for a, b in zip(one["labels"]["semseg"].ravel(), other["labels"]["semseg"].ravel(), strict=True)
        }
        assert len(dict(told)) == len(told) and dict(told).get("wall", "wall") == "wall"
        assert dict(told).get("seat", "chair") == "chair" and dict(told).get("sky") is None
        assert np.abs(one["image"].astype(int) - other["image"]).mean() < 9
