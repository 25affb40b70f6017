"""Fresh weights have seeds of their own, and the process's generators do not notice."""

import random

import keras
import numpy as np
import pytest

from bmt_tf.models.fresh_weights import drawn_for, network_seed


@pytest.mark.parametrize("seed", [0, 3, 12345])
def test_seed_of_a_network_is_the_first_number_after_the_global_seed(seed):
    keras.utils.set_random_seed(seed)
    assert network_seed(seed) == random.randrange(2**31)


def test_draws_follow_seed_and_name_and_leave_the_generator_alone():
    def drawn(seed, name):
        with drawn_for(seed, name):
            return keras.initializers.HeNormal()((2, 3)).numpy()

    state = random.getstate()
    np.testing.assert_array_equal(drawn(1, "stem"), drawn(1, "stem"))
    assert np.any(drawn(1, "stem") != drawn(1, "head")) and np.any(drawn(1, "stem") != drawn(2, "stem"))
    assert random.getstate() == state
