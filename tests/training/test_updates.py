"""What a batch moves, jointly and task by task, and what is said of it."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from training.trainers import trainer_and_batch, without_labels

from bmt_tf.grouping import Grouping
from bmt_tf.models import node_sharing
from bmt_tf.tasks.losses import Loss

PLAIN = {"schedule": "constant", "weight_decay": 0.0}


@dataclasses.dataclass(frozen=True)
class Changed:
    """A loss times a factor, or with a gradient that is no number while its value is one."""

    loss: Loss
    factor: float = 1.0
    broken: bool = False

    def counts(self, labels):
        return self.loss.counts(labels)

    def __call__(self, outputs, labels, counts):
        loss = self.factor * self.loss(outputs, labels, counts)
        return loss + tf.sqrt(0 * tf.reduce_sum(outputs**2)) if self.broken else loss


def _weights(trainer):
    """Returns the weights of each node in one vector."""
    nodes = {layer.name: layer.trainable_variables for layer in trainer.model.layers if layer.trainable_variables}
    return {name: np.concatenate([np.ravel(variable) for variable in own]) for name, own in nodes.items()}


def _moved(config, change=lambda batch: batch):
    """Returns how far the weights of each node move by one batch, without momentum."""
    trainer, batch = trainer_and_batch(config)
    trainer._optimizer.momentum = 0.0
    before = _weights(trainer)
    trainer.step_function(tf.distribute.get_strategy())(change(batch))
    return {name: after - before[name] for name, after in _weights(trainer).items()}


def test_updates_in_turn_are_joint_ones_to_first_order(tiny, tree):
    apart = []
    for rate in (1e-3, 1e-4):
        joint, in_turn = (
            _moved(tiny(grouping=tree, updates=updates, learning_rate=rate, **PLAIN))
            for updates in ("joint", "in_turn")
        )
        joint, in_turn = (np.concatenate(list(moved.values())) for moved in (joint, in_turn))
        apart.append(np.linalg.norm(in_turn - joint) / np.linalg.norm(joint))
    assert 0 < apart[1] < 0.2 * apart[0]  # ten times the rate, about ten times as far apart relative to the move


def test_the_learning_rate_is_divided_by_the_number_of_tasks(tiny, tree):
    # One step of plain SGD from the same weights on the same batch: what both tasks share moves half as far.
    divided, whole = (_moved(tiny(grouping=tree, divide_learning_rate=divides, **PLAIN)) for divides in (True, False))
    sharing = node_sharing(Grouping.load(tree))
    assert set(sharing.values()) == {1, 2} and sharing.keys() == whole.keys()
    for node, tasks in sharing.items():
        np.testing.assert_allclose(divided[node] * tasks, whole[node], rtol=1e-2, atol=1e-6)


@pytest.mark.parametrize("updates", ["joint", "in_turn"])
def test_a_task_without_a_label_moves_nothing_of_its_own(tiny, tree, updates):
    config = tiny(grouping=tree, updates=updates, **PLAIN)
    moved = _moved(config, lambda batch: without_labels(batch, "depth", np.nan))
    assert {layer for layer, move in moved.items() if not move.any()} == {"two_g1", "three_g1", "head_depth"}


@pytest.mark.parametrize(
    "settings",
    [{}, {"updates": "in_turn"}, {"weighting": "mgda_ub"}, {"weighting": "gradnorm"}],
    ids=lambda settings: "-".join(settings.values()) or "fixed",
)
def test_a_gradient_that_is_not_finite_is_its_own_tasks(tiny, tree, settings):
    def broken(task):
        return dataclasses.replace(task, loss=Changed(task.loss, broken=True)) if task.name == "depth" else task

    trainer, batch = trainer_and_batch(tiny(grouping=tree, **settings), change=broken)
    report = trainer.step_function(tf.distribute.get_strategy())(batch)
    assert np.isfinite([float(loss) for loss in report["losses"].values()]).all()
    assert {name: bool(finite) for name, finite in report["finite_gradient"].items()} == {
        "semseg": True,
        "depth": False,
    }


@pytest.mark.parametrize("weighting", ["fixed", "gradnorm", "mgda_ub"])
def test_a_loss_times_a_thousand_trains_as_if_it_were_not_but_with_fixed_weights(tiny, tree, weighting):
    # Adam sees no common scale of all weights, so that only their proportions show.
    config = tiny(grouping=tree, weighting=weighting, optimizer="adam", learning_rate=1e-3, **PLAIN)
    moves = []
    for factor in (1.0, 1000.0):

        def scaled(task, factor=factor):
            return dataclasses.replace(task, loss=Changed(task.loss, factor)) if task.name == "semseg" else task

        trainer, batch = trainer_and_batch(config, change=scaled)
        update = trainer.step_function(tf.distribute.get_strategy())
        start = _weights(trainer)["one_g0"]
        for _ in range(2):
            report = update(batch)
        moves.append(_weights(trainer)["one_g0"] - start)
        assert all(f"weight_{name}" in report for name in ("semseg", "depth"))
    plain, scaled = moves
    similar = plain @ scaled / np.linalg.norm(plain) / np.linalg.norm(scaled)
    if weighting == "fixed":
        assert similar < 0.9
    else:
        assert similar > 0.99
        np.testing.assert_allclose(np.linalg.norm(scaled), np.linalg.norm(plain), rtol=0.05)
