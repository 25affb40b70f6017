"""Running means of who finds what hard are those of the definition, whatever is labelled."""

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.training.widening.difficulty import RunningDifficulty

NAMES = ("a", "b", "c")


def by_hand(batches, decay):
    """Returns the shares by bias-corrected running means, from the first batch on, pair by pair."""
    kept, weight = np.zeros(3), np.zeros(3)
    alike, pairs = np.zeros((3, 3)), np.zeros((3, 3))
    for losses in batches:
        for t in range(3):
            seen = losses[~np.isnan(losses[:, t]), t]
            if len(seen):
                kept[t] = decay * kept[t] + (1 - decay) * seen.mean()
                weight[t] = decay * weight[t] + (1 - decay)
        means = kept / weight
        for t in range(3):
            for u in range(3):
                both = losses[~np.isnan(losses[:, [t, u]]).any(axis=1)]
                if len(both):
                    same = [(row[t] >= means[t]) == (row[u] >= means[u]) for row in both]
                    alike[t, u] = decay * alike[t, u] + (1 - decay) * np.mean(same)
                    pairs[t, u] = decay * pairs[t, u] + (1 - decay)
    return alike / pairs


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.99])
def test_shares_are_those_of_the_definition(decay):
    random = np.random.default_rng(0)
    batches = random.exponential(size=(20, 6, 3)).astype(np.float32)
    batches[random.uniform(size=batches.shape) < 0.4] = np.nan
    batches[3, :, 1] = np.nan  # a batch without any label of a task
    difficulty = RunningDifficulty(3, decay)
    for batch in batches:
        difficulty.learn(tf.constant(batch))
    found = difficulty.affinity(NAMES)
    np.testing.assert_allclose(found, by_hand(batches, decay), atol=1e-5)
    np.testing.assert_allclose(np.diag(found), 1, atol=1e-6)


def test_a_task_that_is_never_labelled_is_named():
    difficulty = RunningDifficulty(3, 0.9)
    difficulty.learn(tf.constant([[1.0, np.nan, np.nan], [2.0, 1.0, np.nan]]))
    with pytest.raises(ValueError, match=r"`widen_alpha` must be 0.*a label of both 'a' and 'c'"):
        difficulty.affinity(NAMES)
