"""What is measured before training: on the network as it is, which stays so."""

import numpy as np
import pytest
import tensorflow as tf
from training.trainers import trainer_and_batch, without_labels

from bmt_tf.layers import random_states
from bmt_tf.training.weighting.measuring import Measured, measure


def test_losses_are_those_of_the_batches_and_the_network_is_left_as_it_was(tiny):
    trainer, batch = trainer_and_batch(tiny(encoder="dropping"))
    kept = [*trainer.model.variables, *random_states(trainer.model)]
    before = [variable.numpy() for variable in kept]
    batches = [batch, without_labels(batch, "depth", np.nan)]
    found = measure(tf.distribute.get_strategy(), trainer.model, trainer.tasks, batches, 8)
    for variable, value in zip(kept, before, strict=True):
        np.testing.assert_array_equal(variable, value)
    assert found.labelled.tolist() == [[True, True], [True, False]]
    outputs = trainer.model(batch["image"], training=True)  # draws what the first batch has drawn
    for place, task in enumerate(trainer.tasks):
        label = batch["labels"][task.name]
        expected = task.loss(outputs[task.name], label, task.loss.counts(label))
        assert found.losses[0, place] == pytest.approx(float(expected), rel=1e-4)
    assert np.all(found.norms[0] > 0) and found.norms[1, 1] == 0


def test_means_are_over_batches_with_a_label_and_the_whole_loss_is_over_all():
    labelled = np.array([[True, True, False], [True, False, False]])
    losses = np.array([[1.0, 10.0, 0.0], [3.0, 0.0, 0.0]])
    found = Measured(2 * losses, losses, labelled)
    assert found.of_task(0) == {"gradient_norm": 4.0, "loss": 2.0, "batches": 2}
    assert found.of_task(1) == {"gradient_norm": 20.0, "loss": 10.0, "batches": 1}
    assert found.of_task(2) == {"gradient_norm": 0.0, "loss": 0.0, "batches": 0}
    assert found.whole_loss([1.0, 0.5, 100.0]) == (1 + 5 + 3) / 2
    assert found.where == "in the first 2 batches"
