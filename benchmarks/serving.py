"""The latency of served networks: separate ones, the shared one, and a tree of 85 % of their cost."""

import statistics
import tempfile

import keras
import numpy as np
import tensorflow as tf

from benchmarks.scene_problem import TASKS, problem
from benchmarks.timing import times
from benchmarks.topics import Settings
from bmt_tf.costs import model_cost
from bmt_tf.export.formats.saved_model import write_saved_model
from bmt_tf.export.serving import Exportable
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.search import vanilla_grouping

UNTIMED, TIMED = 3, 30


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the milliseconds of each for one photograph, beside its multiply-adds."""
    size = settings.image_size
    definition, tasks, table = problem(settings.encoder, size, "multiply_adds")
    blocks = definition.block_names
    tree = vanilla_grouping(TASKS, blocks, table, 0.85 * table.single())
    singles = [(build_branched(definition, [task], Grouping.shared((task.name,), blocks)), [task]) for task in tasks]
    networks = {"separate networks": singles}
    for label, grouping in (("tree", tree), ("shared", Grouping.shared(TASKS, blocks))):
        networks[label] = [(build_branched(definition, tasks, grouping), tasks)]
    latency = {
        label: sum(_latency(model, its, definition.stride, size) for model, its in parts)
        for label, parts in networks.items()
    }
    counted = {
        label: sum(model_cost(model, "multiply_adds", size) for model, _ in parts) for label, parts in networks.items()
    }
    reference = "separate networks"
    return [
        (
            f"{label}: SavedModel, one photograph",
            f"{latency[label]:.1f} ms, {latency[label] / latency[reference]:.0%} of separate; multiply-adds "
            f"{counted[label] / counted[reference]:.0%}",
        )
        for label in networks
    ]


def _latency(model: keras.Model, tasks, stride: int, size: tuple[int, int]) -> float:
    """Returns milliseconds from a photograph to arrays."""
    with tempfile.TemporaryDirectory() as folder:
        write_saved_model(folder, Exportable(model, tasks, stride))
        serve = tf.saved_model.load(folder).signatures["serving_default"]
        image = tf.constant(np.random.default_rng(0).integers(0, 256, (1, *size, 3)), tf.uint8)
        measured = times(lambda: [value.numpy() for value in serve(image=image).values()], UNTIMED + TIMED)
    return 1000 * statistics.median(measured[UNTIMED:])
