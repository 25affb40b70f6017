"""A task, a head and an encoder of one's own, dense and image-level tasks in one network, labels that are missing."""

import dataclasses
import json
import os

import keras
import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.grouping import Grouping
from bmt_tf.models import register_head
from bmt_tf.runs import Run
from bmt_tf.tasks import Task, register_task
from bmt_tf.training import evaluate, train


@dataclasses.dataclass(frozen=True)
class SquaredError:
    """The mean squared difference: a loss that derives from nothing."""

    def counts(self, labels):
        return tf.math.count_nonzero(tf.math.is_finite(labels), dtype=tf.float32)[None]

    def __call__(self, outputs, labels, counts):
        labelled = tf.math.is_finite(labels)
        difference = tf.where(labelled, outputs - tf.where(labelled, labels, 0.0), 0.0)
        return tf.reduce_sum(difference**2) / tf.maximum(counts[0], 1.0)


class WorstError:
    """The largest difference: a measure that derives from nothing, and works on arrays."""

    on_host = True

    def __init__(self, task):
        self.name = task.name
        self.reset()

    def update(self, outputs, labels):
        for output, label in zip(outputs, labels, strict=True):
            if np.isfinite(label).any():
                self.errors.append(np.nanmax(np.abs(output - label)))

    def result(self):
        return max(self.errors)

    def images(self):
        return len(self.errors)

    def reset(self):
        self.errors = []


def tiny_head(inputs, channels):
    """A head of one convolution, enlarged to the image by a fixed factor."""
    x = keras.layers.Conv2D(channels, 1, dtype="float32", name="own_logits")(inputs.features["features"])
    return keras.layers.UpSampling2D(8, dtype="float32", name="own_resize")(x)


@pytest.fixture(scope="module")
def height():
    """The made-up task `height` with the made-up head `tiny`, registered."""
    task = Task("height", "depth", 1, SquaredError(), WorstError, True, head="tiny", unit="m", measure_name="worst")
    register_head("tiny", tiny_head)
    register_task(task)
    return task


def _scene(random, number):
    return None if number == 1 else random.dirichlet([1.0] * 4).astype(np.float32)


TASKS = {
    "height": ({"kind": "depth"}, lambda random, number: random.uniform(1, 3, [32, 32]).astype(np.float32)),
    "semseg": (
        {"kind": "segmentation", "channels": 3},
        lambda random, number: None if number % 2 else random.integers(0, 3, [32, 32], np.uint8),
    ),
    "scene": ({"kind": "scene", "channels": 4}, _scene),
    # No photograph of the training split but one has attributes: nearly every batch lacks them altogether.
    "attributes": ({"kind": "attributes", "channels": 5}, lambda random, number: _few(random, number)),
}


def _few(random, number):
    return random.integers(0, 2, [5]).astype(np.int64) if number in (0, 3) else None


def test_own_and_image_level_tasks_train_and_score_with_missing_labels(tiny, photographs, height, tmp_path):
    blocks, names = ("one", "two", "three"), tuple(TASKS)
    path = str(tmp_path / "grouping.json")
    routing = [[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 2, 2]]
    Grouping.from_routing(names, blocks, routing, encoder="small").save(path)
    config = tiny(data=photographs(TASKS), tasks=names, grouping=path, steps=3, log_every=1)
    run_dir = train(config)
    assert json.loads(open(os.path.join(run_dir, "training.json")).read())["steps"] == 3

    rows = evaluate(run_dir, time_it=False)["tasks"]
    assert {name: row["images"] for name, row in rows.items()} == {
        "height": 4,
        "semseg": 2,
        "scene": 3,
        "attributes": 2,
    }
    assert all(np.isfinite(row["value"]) for row in rows.values())
    model = Run.load(run_dir).trained().network
    source, tasks = Run(config).split("val"), Run(config).tasks
    assert tasks[0] == height
    assert model.get_layer("head_height").get_layer("own_logits")
    worst = 0
    for index in range(len(source)):
        example = source[index]
        output = model(example["image"][None].astype(np.float32), training=False)["height"].numpy()[0]
        worst = max(worst, np.abs(output - example["labels"]["height"]).max())
    assert (rows["height"]["measure"], rows["height"]["unit"]) == ("worst", "m")
    assert rows["height"]["value"] == pytest.approx(worst, rel=1e-4)
