"""Evaluation, features, export and prediction give the same numbers for the same photograph."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
import toys
from PIL import Image

from bmt_tf.choosing.feature_collection import block_features
from bmt_tf.export import predict_folder
from bmt_tf.export.comparison import reference_predictions
from bmt_tf.export.description import describe, write_description
from bmt_tf.export.formats.saved_model import write_saved_model
from bmt_tf.export.serving import Exportable
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.models.own_size import at_own_size, traced
from bmt_tf.runs.scoring import score
from bmt_tf.tasks import empty_label, get_task

SIZES = ((32, 40), (30, 38), (45, 23), (32, 40), (64, 72), (30, 38), (5, 3))


class Noise:
    """Photographs of mixed sizes without labels."""

    name, split, ids = "noise", "val", tuple(f"photograph_{number}" for number in range(len(SIZES)))

    def __init__(self, tasks):
        self.tasks = {task.name: task for task in tasks}

    def __len__(self):
        return len(SIZES)

    def __getitem__(self, index):
        image = np.random.default_rng(index).integers(0, 256, [*SIZES[index], 3], np.uint8)
        labels = {name: empty_label(task, *SIZES[index]) for name, task in self.tasks.items()}
        # What the measures below know a photograph by.
        labels = {name: np.full_like(label, index) for name, label in labels.items()}
        return {"image": image, "labels": labels, "id": self.ids[index]}


class Noted:
    """A measure that keeps what it is given, by photograph."""

    on_host = True

    def __init__(self, task):
        self.task, self.given = task, {}

    def update(self, outputs, labels):
        for output, label in zip(outputs, labels, strict=True):
            self.given[int(label.flat[0])] = self.task.decode(output[None]).numpy()

    def result(self):
        return 0.0

    def images(self):
        return len(self.given)


def noting(name):
    """Returns a task whose predictions are noted, and the measure that notes them."""
    task = get_task(name, **({"classes": ("kitchen", "street")} if name == "scene" else {}))
    noted = Noted(task)
    return dataclasses.replace(task, measure=lambda _: noted), noted


@pytest.mark.parametrize(
    ("encoder", "name"),
    [
        (toys.small_encoder(), "depth"),  # convolutions alone
        (toys.tiny_encoder(), "depth"),  # the image pooling of an R-ASPP
        (toys.tiny_encoder(), "scene"),  # a pooled head
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_numbers_of_a_photograph_are_the_same_everywhere(encoder, name, tmp_path):
    task, evaluated = noting(name)
    source = Noise([task])
    keras.utils.set_random_seed(2)
    tree = Grouping.shared((name,), encoder.block_names)
    network = build_branched(encoder, [task], tree, image_size=(32, 40))
    score(network, source, [task], stride=encoder.stride, batch_size=3)
    assert sorted(evaluated.given) == list(range(len(SIZES)))

    predicted = _predicted(network, task, encoder.stride, source, tmp_path)
    features_of = traced(block_features(network, encoder, tree))
    head, outputs_of = network.get_layer(f"head_{name}"), traced(at_own_size(network, encoder.stride))
    for index, size in enumerate(SIZES):
        image = source[index]["image"]
        wanted = evaluated.given[index]
        exported = reference_predictions(outputs_of, [task], image)[name]
        # The head on the features that an affinity is measured by.
        features = features_of(image[None].astype(np.float32))
        named = features | {"features": features[encoder.block_names[-1]], "low_level": features[encoder.low_level]}
        mirrored = tf.zeros([1, *(-(-side // encoder.stride) * encoder.stride for side in size), 3])
        outputs = head(encoder.head_inputs(task, named, mirrored), training=False)
        outputs = outputs[:, : size[0], : size[1]] if task.kind.dense else outputs
        for found in (predicted[index], exported, task.decode(outputs).numpy()):
            np.testing.assert_allclose(found.reshape(wanted.shape), wanted, rtol=1e-4, atol=1e-4)
    assert np.ptp(np.concatenate([given.ravel() for given in evaluated.given.values()])) > 1e-2


def _predicted(network, task, stride, source, tmp_path):
    """Returns what is predicted on a folder of the photographs, by an export."""
    folder, model = tmp_path / "photographs", str(tmp_path / "saved_model")
    folder.mkdir()
    for index, id_ in enumerate(source.ids):
        Image.fromarray(source[index]["image"]).save(folder / f"{id_}.png")
    about = {"format": "saved_model", "sizes": (None,), "made_by": {}}
    write_saved_model(model, Exportable(network, [task], stride))
    write_description(model, describe([task], stride=stride, serve_size=None, **about))
    predict_folder(model, str(folder), str(tmp_path / "predictions"), batch_size=2)
    return [np.load(tmp_path / "predictions" / task.name / f"{id_}.npy") for id_ in source.ids]
