"""Panels of a network's predictions: of the images that are asked for, at their own size."""

import os
import types

import numpy as np
import pytest
from PIL import Image

from bmt_tf.tasks import empty_label, get_task
from bmt_tf.tasks.listing import WIDTH
from bmt_tf.tasks.panels import GAP, HEADER
from bmt_tf.training import predictions as predicting

SIZES = ((32, 48), (40, 40), (32, 48), (32, 48), (40, 40))


class Photographs:
    """A source of plain images of two sizes, with depth labels that say how bright they are."""

    name, split, ids = "plain", "val", tuple(f"room/{number}" for number in range(len(SIZES)))
    tasks = types.MappingProxyType({"depth": get_task("depth"), "scene": get_task("scene", channels=3)})

    def __len__(self):
        return len(SIZES)

    def __getitem__(self, index):
        size = SIZES[index]
        labels = {"depth": np.full((*size, 1), index + 1, np.float32), "scene": empty_label(self.tasks["scene"], *size)}
        return {"image": np.full((*size, 3), 40 * index + 20, np.uint8), "labels": labels, "id": self.ids[index]}

    def fingerprint(self):
        return "plain"


def brightness(image, training):
    """Stands for a network: depth is the brightness."""
    return {"depth": image[..., :1], "scene": image[:, 0, 0]}


def test_evenly_spaced_images_are_drawn_at_their_own_size(tmp_path):
    source = Photographs()
    paths = predicting.draw_panels(brightness, 32, source, list(source.tasks.values()), tmp_path / "predictions", 3)
    assert [os.path.basename(path) for path in paths] == ["room_0.png", "room_2.png", "room_4.png"]
    panel = np.asarray(Image.open(paths[2]))
    assert panel.shape == (HEADER + 2 * 160 + GAP, 2 * (160 + GAP) + WIDTH, 3)  # the scene's lines are the last
    assert panel[HEADER + 80, 80].tolist() == [180] * 3


def test_all_images_are_drawn_where_there_are_few(tmp_path):
    source = Photographs()
    assert len(predicting.draw_panels(brightness, 32, source, [source.tasks["depth"]], tmp_path, 50)) == len(source)


def test_no_images_are_refused():
    with pytest.raises(ValueError, match="`count` must be at least 1"):
        predicting.write_panels("anywhere", count=0)
