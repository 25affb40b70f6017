"""A small task of every kind, with random outputs and labels."""

import numpy as np
import pytest

from bmt_tf.tasks import get_task

CHANNELS = {"semseg": 4, "human_parts": 7, "scene": 12, "attributes": 5}
NAMES = (
    "semseg", "human_parts", "saliency", "normals", "edge", "depth", "instances", "disparity", "keypoints", "scene",
    "attributes",
)  # fmt: skip


@pytest.fixture(params=NAMES)
def task(request):
    """Each of the papers' tasks, with few channels."""
    name = request.param
    return get_task(name, **({"channels": CHANNELS[name]} if name in CHANNELS else {}))


@pytest.fixture
def random_batch(task):
    """Maker of outputs and labels for a task: a fifth of the elements and the whole last image are ignored."""
    return lambda images=4, height=12, width=16: _random_batch(task, images, height, width)


def _random_batch(task, images, height, width):
    rng = np.random.default_rng(0)
    grid = (images, height, width) if task.kind.dense else (images,)
    outputs = 2 * rng.normal(size=(*grid, task.channels)).astype(np.float32)
    labels = _random_labels(task, (*grid, task.kind.label_channels(task.channels)), rng)
    if task.kind.name != "scene":
        together = labels.shape if task.kind.name == "attributes" else (*grid, 1)
        labels[np.broadcast_to(rng.random(together) < 0.2, labels.shape)] = task.kind.ignore
    labels[-1] = task.kind.ignore
    return outputs, labels


def _random_labels(task, shape, rng):
    if task.kind.name == "segmentation":
        return rng.integers(0, task.channels, shape).astype(np.uint8)
    if task.kind.dtype == "uint8":
        return (rng.random(shape) < 0.3).astype(np.uint8)
    if task.kind.name in ("depth", "disparity"):
        return rng.uniform(0.5, 9, shape).astype(np.float32)
    if task.kind.name == "instances":
        return rng.normal(0, 5, shape).astype(np.float32)
    if task.kind.name == "heat_map":
        return rng.random(shape, np.float32)
    if task.kind.name == "normals":
        vectors = rng.normal(size=shape)
        return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)
    return rng.dirichlet(np.ones(task.channels) / 2, shape[0]).astype(np.float32)
