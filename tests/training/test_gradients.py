"""The gradients of a batch: the same in one pass and in one per task, over one replica and several."""

import numpy as np
import tensorflow as tf
from training.trainers import trainer_and_batch, without_labels

from bmt_tf.training.gradients import OnePass, PassPerTask, backward_per_task
from bmt_tf.training.weighting.constant import ConstantWeights
from bmt_tf.training.weighting.shared_features import cut_at_shared_features

WEIGHTS = [2.0, 0.5]


def _by_variable(gradients):
    return {id(variable): gradient.numpy() for gradient, variable in gradients.pairs}


def test_passes_per_task_find_what_one_pass_finds(tiny, tree):
    trainer, batch = trainer_and_batch(tiny(grouping=tree))
    network, cut, weights = trainer.model, cut_at_shared_features(trainer.model), ConstantWeights(WEIGHTS)
    one = OnePass(network, trainer.tasks, weights)(batch)
    per_task = PassPerTask(network, cut, trainer.tasks, weights)(batch)
    ours, theirs = _by_variable(per_task), _by_variable(one)
    assert ours.keys() == theirs.keys() and len(ours) == len(network.trainable_variables)
    for key, gradient in theirs.items():
        np.testing.assert_allclose(ours[key], gradient, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(per_task.head_sums, one.head_sums, rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(per_task.losses, one.losses)

    # Heads by their own losses: what only one task has lacks the task's weight.
    weights.scales_own = False
    unscaled = _by_variable(PassPerTask(network, cut, trainer.tasks, weights)(batch))
    for layer, factor in (("stem", 1), ("one_g0", 1), ("two_g0", 2.0), ("two_g1", 0.5), ("head_depth", 0.5)):
        for variable in network.get_layer(layer).trainable_variables:
            np.testing.assert_allclose(
                unscaled[id(variable)] * factor, theirs[id(variable)], rtol=1e-3, atol=1e-4, err_msg=variable.path
            )


def test_scalar_products_are_those_of_the_gradients_on_the_shared_features(tiny, tree):
    trainer, batch = trainer_and_batch(tiny(grouping=tree))
    cut = cut_at_shared_features(trainer.model)
    found = backward_per_task(cut, trainer.tasks, batch)
    vectors = np.array([np.concatenate([np.ravel(g) for g in row]) for row in found.on_features], np.float64)
    assert vectors.shape[1] == np.prod(found.features[0].shape)
    np.testing.assert_allclose(found.seen.gram, vectors @ vectors.T, rtol=1e-10)
    assert found.seen.labelled.numpy().all()


def test_a_task_without_a_label_has_no_gradient(tiny, tree):
    trainer, batch = trainer_and_batch(tiny(grouping=tree))
    batch = without_labels(batch, "depth", np.nan)
    seen = backward_per_task(cut_at_shared_features(trainer.model), trainer.tasks, batch).seen
    assert seen.labelled.numpy().tolist() == [True, False]
    assert seen.losses[1] == 0 and seen.norms[1] == 0 and seen.norms[0] > 0


def asked(seen):
    """Returns what was asked for of what a batch shows."""
    return tuple(value for value in seen if value is not None)


def test_replicas_agree_on_the_products_of_the_global_batch(tiny, tree, two_replicas):
    config = tiny(grouping=tree, batch_size=4)
    (one, batch), (two, halves) = trainer_and_batch(config), trainer_and_batch(config, two_replicas)
    expected = asked(backward_per_task(cut_at_shared_features(one.model), one.tasks, batch).seen)
    cut = cut_at_shared_features(two.model)

    @tf.function
    def on_two(halves):
        return two_replicas.run(lambda part: asked(backward_per_task(cut, two.tasks, part).seen), (halves,))

    for value, wanted in zip(on_two(halves), expected, strict=True):
        first, second = (part.numpy() for part in two_replicas.experimental_local_results(value))
        np.testing.assert_array_equal(first, second)
        np.testing.assert_allclose(first, wanted, rtol=1e-3)
