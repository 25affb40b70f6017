"""Weights that are measured before training: what they equalise, and what they refuse."""

import numpy as np
import pytest
import tensorflow as tf
from training.trainers import trainer_and_batch, with_scaled_loss, without_labels

from bmt_tf.training.gradients import backward_per_task
from bmt_tf.training.weighting.balanced import balanced_weights
from bmt_tf.training.weighting.measuring import measure
from bmt_tf.training.weighting.shared_features import cut_at_shared_features


def _balanced(trainer, *batches, count=8):
    measured = measure(tf.distribute.get_strategy(), trainer.model, trainer.tasks, batches, count)
    return balanced_weights(trainer.tasks, measured)


def test_weighted_gradients_have_one_norm(tiny):
    trainer, batch = trainer_and_batch(tiny())
    found = _balanced(trainer, batch)
    norms = backward_per_task(cut_at_shared_features(trainer.model), trainer.tasks, batch).seen.norms.numpy()
    weighted = [found[task.name]["weight"] * norm for task, norm in zip(trainer.tasks, norms, strict=True)]
    np.testing.assert_allclose(weighted, weighted[0], rtol=1e-5)
    assert np.mean([row["weight"] for row in found.values()]) == pytest.approx(1)


def test_a_loss_times_a_thousand_weighs_a_thousandth(tiny, tree):
    trainer, batch = trainer_and_batch(tiny(grouping=tree))
    ratios = []
    for factor in (1.0, 1000.0):
        trainer.tasks = with_scaled_loss(trainer.tasks, "semseg", factor)
        found = _balanced(trainer, batch)
        ratios.append(found["semseg"]["weight"] / found["depth"]["weight"])
    assert ratios[0] == pytest.approx(1000 * ratios[1], rel=1e-4)


def test_means_are_over_the_first_batches_with_a_label(tiny, tree):
    trainer, batch = trainer_and_batch(tiny(grouping=tree))
    unlabelled = without_labels(batch, "depth", np.nan)
    found = _balanced(trainer, batch, unlabelled, unlabelled, count=2)
    assert {name: row["batches"] for name, row in found.items()} == {"semseg": 2, "depth": 1}
    alone = _balanced(trainer, batch)
    assert found["depth"]["gradient_norm"] == pytest.approx(alone["depth"]["gradient_norm"], rel=1e-5)


def test_a_task_without_a_label_or_without_a_gradient_is_named(tiny, tree):
    trainer, batch = trainer_and_batch(tiny(grouping=tree))
    with pytest.raises(ValueError, match=r"`weighting` balanced must .* no label of 'depth' in the first 1 batches"):
        _balanced(trainer, without_labels(batch, "depth", np.nan))
    tasks = trainer.tasks
    for factor, error, message in (
        (0.0, ValueError, "a gradient that is zero of 'semseg'"),
        (np.nan, FloatingPointError, "The gradient of task 'semseg' must be finite"),
    ):
        trainer.tasks = with_scaled_loss(tasks, "semseg", factor)
        with pytest.raises(error, match=message):
            _balanced(trainer, batch)
