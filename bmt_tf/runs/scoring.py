"""How a network is scored on images: as `evaluate` does it, and as an export is held against its checkpoint."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from bmt_tf._progress_bar import progress_bar
from bmt_tf.data import evaluation_batches
from bmt_tf.data.source import Source
from bmt_tf.models.load_size import at_loaded_size
from bmt_tf.models.own_size import PIXELS, at_own_size
from bmt_tf.runs.hosts import Hosts
from bmt_tf.tasks import Task


def score(
    network: Callable[..., dict[str, tf.Tensor]],
    source: Source,
    tasks: Sequence[Task],
    *,
    stride: int,
    batch_size: int = 8,
    indices: Sequence[int] | None = None,
    load_size: Sequence[int] = (),
    in_graph: bool = True,
    hosts: Hosts | None = None,
) -> dict[str, dict[str, Any]]:
    """Returns the scores of a network, by task: measure, value, unit, images, lower_is_better.

    Every image is computed at its own size, see `at_own_size`, or resized inside to `load_size`, see `at_loaded_size`;
    and compared with its labels at its own size. The network is on one device; `indices` are numbers of the images to
    score on, all by default. `in_graph` says whether the network is TensorFlow's; another runtime is called for each
    batch from outside of all graphs, as calls from inside wait for a thread that they themselves hold. Of several
    `hosts` each computes its share of the images, and all return the scores of all of them.
    """
    if getattr(source, "unlabelled", ""):
        raise ValueError(
            f"`split` must be one with labels to be scored on; scripts/predict.py takes any images. Received: "
            f"{source.split!r}, and {source.unlabelled}."
        )
    measures = {task.name: task.measure(task) for task in tasks}
    on_device = {name: measure for name, measure in measures.items() if not measure.on_host}
    outputs_of = at_own_size(network, stride)
    if load_size:
        outputs_of = at_loaded_size(outputs_of, load_size, tasks)

    def predict(image, labels):
        outputs = outputs_of(image)
        for name, measure in on_device.items():
            measure.update(outputs[name], labels[name])
        return {name: outputs[name] for name in measures if name not in on_device}

    if in_graph:  # one trace for all sizes
        signature = [PIXELS, {task.name: labels_spec(task) for task in tasks}]
        predict = tf.function(predict, input_signature=signature, autograph=False)
    several = hosts is not None and hosts.count > 1
    if several:
        _check_sums(measures)
        indices = hosts.share(range(len(source)) if indices is None else indices)
    if indices is None or len(indices):  # a host beyond the last image has none
        batches = evaluation_batches(source, tasks, batch_size=batch_size, indices=indices)
        for batch in progress_bar(batches, desc="evaluate", unit="batch", leave=False):
            outputs = predict(batch["image"], batch["labels"])
            for name, output in outputs.items():
                measures[name].update(output.numpy(), batch["labels"][name].numpy())
    if several:
        for measure in measures.values():
            measure.set_sums([hosts.total(part) for part in measure.sums()])
    return {task.name: score_row(task, measures[task.name]) for task in tasks}


def _check_sums(measures: Mapping[str, Any]) -> None:
    lone = [name for name, measure in measures.items() if not hasattr(measure, "set_sums")]
    if lone:
        raise ValueError(
            f"`tasks` must have measures with `sums` and `set_sums` to be scored on several hosts. Received: {lone} "
            f"with {[type(measures[name]).__name__ for name in lone]}; without TF_CONFIG one host scores them."
        )


def score_row(task: Task, measure) -> dict[str, Any]:
    """Returns what a measure has found of a task; its value is None where it is no number."""
    value = float(measure.result())
    return {
        "measure": task.measure_name,
        "value": value if math.isfinite(value) else None,
        "unit": task.unit if task.measure_unit is None else task.measure_unit,
        "images": int(measure.images()),
        "lower_is_better": task.lower_is_better,
    }


def labels_spec(task: Task) -> tf.TensorSpec:
    """Returns the form of a task's labels in a batch of any size."""
    return tf.TensorSpec([None, *task.kind.label_shape(task.channels, None, None)], task.kind.dtype)
