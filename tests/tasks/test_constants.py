"""The best constant outputs for labels that are given as arrays."""

import numpy as np

from bmt_tf.tasks import constants


def test_the_most_frequent_class_has_the_largest_output():
    values = np.array([[2], [2], [1]])
    assert constants.most_frequent(values, 5, True).tolist() == [0, 1, 2, 0, 0]


def test_maps_are_all_positive_and_attributes_go_by_majority():
    values = np.array([[1, 0, np.nan], [1, 0, 1], [0, 1, 1]])
    assert (constants.all_or_majority(values, 3, True) > 0).all()
    assert (constants.all_or_majority(values, 3, False) > 0).tolist() == [True, False, True]


def test_means_of_numbers_and_of_distributions():
    values = np.array([[0.9, 0.1], [0.5, 0.5]])
    np.testing.assert_allclose(constants.mean(values, 2, True), [0.7, 0.3])
    np.testing.assert_allclose(np.exp(constants.log_mean(values, 2, False)), [0.7, 0.3], rtol=1e-6)


def test_the_median_has_the_least_mean_difference():
    values = np.array([[1, 0], [2, 0], [9, 3]])
    assert constants.median(values, 2, True).tolist() == [2, 0]


def test_the_central_direction_lies_among_the_vectors():
    values = np.array([[0, 0, 1], [0.6, 0, 0.8], [-0.6, 0, 0.8]])
    np.testing.assert_allclose(constants.central_direction(values, 3, True), [0, 0, 1], atol=0.05)
