"""Panels put label and prediction of each dense task under each other, and what is said of the image beside them."""

import io

import numpy as np
import pytest
from PIL import Image

from bmt_tf.tasks import attribute_task, get_task
from bmt_tf.tasks.listing import WIDTH, WRONG
from bmt_tf.tasks.painting import RAMP
from bmt_tf.tasks.panels import GAP, HEADER, prediction_panel


def opened(content):
    return np.asarray(Image.open(io.BytesIO(content)))


def test_image_labels_and_predictions_stand_in_columns():
    image = np.full((80, 160, 3), 77, np.uint8)
    label = np.full((80, 160, 1), 2.0, np.float32)
    label[:, 80:] = 8
    panel = opened(prediction_panel(image, {"depth": label}, {"depth": label[:, ::-1]}, [get_task("depth")]))
    assert panel.shape == (HEADER + 2 * 80 + GAP, 2 * 160 + GAP, 3)
    assert panel[HEADER + 5, 5].tolist() == [77] * 3
    left, right = 160 + GAP + 5, 2 * 160 + GAP - 5
    assert panel[HEADER + 5, left].tolist() == list(RAMP[0])
    assert panel[HEADER + 5, right].tolist() == list(RAMP[-1])
    assert panel[-5, left].tolist() == list(RAMP[-1])  # the prediction is the other way round, on the same scale


def test_small_images_are_enlarged_by_a_whole_factor_and_missing_labels_left_blank():
    image = np.zeros((32, 48, 3), np.uint8)
    edge = np.ones((32, 48, 1), np.float32)
    panel = opened(prediction_panel(image, {}, {"edge": edge}, [get_task("edge")]))
    assert panel.shape == (HEADER + 2 * 128 + GAP, 2 * 192 + GAP, 3)
    assert (panel[HEADER : HEADER + 128, 192 + GAP :] == 255).all()
    assert (panel[-128:, 192 + GAP :] == 255).all()  # an edge everywhere is white


def test_attributes_stand_beside_the_pictures():
    image, label = np.zeros((80, 160, 3), np.uint8), np.ones(40, np.uint8)
    tasks = [get_task("edge"), get_task("attributes"), attribute_task("Tall")]
    sizes = (160 + GAP) * 2, HEADER + 2 * 80 + GAP
    panel = opened(prediction_panel(image, {"attributes": label}, {"attributes": label * 0.25}, tasks))
    assert panel.shape == (sizes[1], sizes[0] + 4 * WIDTH, 3)  # eleven lines in a column
    assert (panel[:, sizes[0] :] == WRONG).all(-1).any()
    alone = opened(prediction_panel(image, {}, {"tall": np.float32([0.5])}, tasks[2:]))
    assert alone.shape == (sizes[1], 160 + GAP + WIDTH, 3)
    assert (alone[-70:, :160] == 255).all()  # without another picture nothing is said of labels above


def test_an_image_of_another_kind_is_refused():
    with pytest.raises(ValueError, match=r"uint8 \[H, W, 3\]"):
        prediction_panel(np.zeros((4, 4), np.uint8), {}, {}, [])
