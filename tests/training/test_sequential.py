"""Counts of labels over the global batch, and work that is done only where there are any."""

import numpy as np
import tensorflow as tf

from bmt_tf.tasks import get_task
from bmt_tf.training.sequential import label_counts, sum_if_labelled

TASKS = (get_task("semseg", channels=3), get_task("depth"))


def _labels():
    semseg = np.full([2, 4, 4, 1], 255, np.uint8)
    depth = np.full([2, 4, 4, 1], np.nan, np.float32)
    depth[0, :2], depth[1, 0] = 1.0, 2.0
    return {"semseg": tf.constant(semseg), "depth": tf.constant(depth)}


def test_counts_and_results_are_summed_over_replicas_and_skipped_without_labels(two_replicas):
    labels = _labels()
    halves = two_replicas.experimental_distribute_values_from_function(
        lambda context: {name: label[context.replica_id_in_sync_group :][:1] for name, label in labels.items()}
    )
    with two_replicas.scope():
        calls = tf.Variable(0, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA)

    def work(label):
        calls.assign_add(1)
        return [tf.reduce_sum(tf.where(tf.cast(label, tf.float32) > 0, 1.0, 0.0)), tf.ones([2])]

    @tf.function
    def run(labels):
        counts = label_counts(two_replicas, TASKS, labels)
        return counts, {
            name: sum_if_labelled(two_replicas, count, work, (labels[name],), [(), (2,)])
            for name, count in counts.items()
        }

    counts, results = run(halves)
    assert float(counts["semseg"][0]) == 0 and float(counts["depth"][0]) == 12
    assert [value.numpy().tolist() for value in results["semseg"]] == [0.0, [0.0, 0.0]]
    assert [value.numpy().tolist() for value in results["depth"]] == [12.0, [2.0, 2.0]]
    assert int(calls.numpy()) == 1
