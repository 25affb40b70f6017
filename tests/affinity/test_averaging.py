"""The mean of affinities of several seeds, against NumPy; what does not belong together is refused."""

import dataclasses

import numpy as np
import pytest

from bmt_tf.affinity import AffinityResult, mean_affinity


def measured(seed, **changes):
    random = np.random.default_rng(seed)
    values = {
        "affinity": random.random((1, 2, 2)),
        "tasks": ("depth", "normals"),
        "blocks": ("one",),
        "images": (f"image_{seed}", "image_9"),
        "replicates": random.random((4, 1, 2, 2)),
        "measured_on": {"encoder": "narrow", "data": f"place_{seed}"},
    }
    return AffinityResult(**values | changes)


def test_affinity_and_draws_are_means_and_images_are_those_of_any():
    one, two = measured(1), measured(2)
    mean = mean_affinity([one, two])
    np.testing.assert_allclose(mean.affinity, (one.affinity + two.affinity) / 2)
    np.testing.assert_allclose(mean.replicates, (one.replicates + two.replicates) / 2)
    assert mean.images == ("image_1", "image_2", "image_9")
    assert (mean.tasks, mean.blocks, mean.measured_on) == (one.tasks, one.blocks, one.measured_on)


def test_the_mean_of_one_is_itself():
    one = measured(1)
    for field in dataclasses.fields(one):
        np.testing.assert_array_equal(getattr(mean_affinity([one]), field.name), getattr(one, field.name))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"tasks": ("normals", "depth")}, "tasks"),
        ({"blocks": ("two",)}, "blocks"),
        ({"replicates": np.ones((3, 1, 2, 2))}, "number of draws"),
        ({"measured_on": {"encoder": "resnet18"}}, "network and data"),
    ],
)
def test_affinities_that_do_not_belong_together_are_refused(changes, name):
    with pytest.raises(ValueError, match=f"`results` must be of the same {name}.*number 1"):
        mean_affinity([measured(1), measured(2, **changes)])


def test_the_mean_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one affinity"):
        mean_affinity([])
