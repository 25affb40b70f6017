"""Weights that are measured before training: what they equalise, what they leave alone, and what they refuse."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from training.trainers import trainer_and_batch, without_labels

from bmt_tf.layers import random_states
from bmt_tf.training.gradients import backward_per_task
from bmt_tf.training.weighting.balanced import balanced_weights
from bmt_tf.training.weighting.shared_features import cut_at_shared_features


@dataclasses.dataclass(frozen=True)
class Scaled:
    """A loss times a factor."""

    loss: object
    factor: float

    def counts(self, labels):
        return self.loss.counts(labels)

    def __call__(self, outputs, labels, counts):
        return self.factor * self.loss(outputs, labels, counts)


def _measured(trainer, *batches, count=8):
    return balanced_weights(tf.distribute.get_strategy(), trainer.model, trainer.tasks, batches, count)


def test_weighted_gradients_have_one_norm_and_the_network_is_left_as_it_was(tiny):
    trainer, batch = trainer_and_batch(tiny(encoder="dropping"))
    kept = [*trainer.model.variables, *random_states(trainer.model)]
    before = [variable.numpy() for variable in kept]
    found = _measured(trainer, batch)
    for variable, value in zip(kept, before, strict=True):
        np.testing.assert_array_equal(variable, value)
    norms = backward_per_task(cut_at_shared_features(trainer.model), trainer.tasks, batch).seen.norms.numpy()
    weighted = [found[task.name]["weight"] * norm for task, norm in zip(trainer.tasks, norms, strict=True)]
    np.testing.assert_allclose(weighted, weighted[0], rtol=1e-5)
    assert np.mean([row["weight"] for row in found.values()]) == pytest.approx(1)


def test_a_loss_times_a_thousand_weighs_a_thousandth(tiny, tree):
    ratios = []
    for factor in (1.0, 1000.0):

        def scaled(task, factor=factor):
            return dataclasses.replace(task, loss=Scaled(task.loss, factor)) if task.name == "semseg" else task

        found = _measured(*trainer_and_batch(tiny(grouping=tree), change=scaled))
        ratios.append(found["semseg"]["weight"] / found["depth"]["weight"])
    assert ratios[0] == pytest.approx(1000 * ratios[1], rel=1e-4)


def test_means_are_over_the_first_batches_with_a_label(tiny, tree):
    trainer, batch = trainer_and_batch(tiny(grouping=tree))
    unlabelled = without_labels(batch, "depth", np.nan)
    found = _measured(trainer, batch, unlabelled, unlabelled, count=2)
    assert {name: row["batches"] for name, row in found.items()} == {"semseg": 2, "depth": 1}
    alone = _measured(trainer, batch)
    assert found["depth"]["gradient_norm"] == pytest.approx(alone["depth"]["gradient_norm"], rel=1e-5)


def test_a_task_without_a_label_or_without_a_gradient_is_named(tiny, tree):
    trainer, batch = trainer_and_batch(tiny(grouping=tree))
    with pytest.raises(ValueError, match=r"`weighting` balanced must .* no label of 'depth' in the first 1 batches"):
        _measured(trainer, without_labels(batch, "depth", np.nan))
    for factor, error, message in (
        (0.0, ValueError, "a gradient that is zero of 'semseg'"),
        (np.nan, FloatingPointError, "The gradient of task 'semseg' must be finite"),
    ):
        tasks = [
            dataclasses.replace(t, loss=Scaled(t.loss, factor)) if t.name == "semseg" else t for t in trainer.tasks
        ]
        trainer.tasks = tuple(tasks)
        with pytest.raises(error, match=message):
            _measured(trainer, batch)
        trainer, batch = trainer_and_batch(tiny(grouping=tree))
