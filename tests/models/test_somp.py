"""The choice of units of a wide layer against one that projects and multiplies everything anew."""

import numpy as np
import pytest

from bmt_tf.models.somp import chosen_rows, narrowed


def brute_force(rows, count):
    """Chooses rows by least squares and products with all residuals, one row at a time."""
    taken = []
    for _ in range(count):
        basis = rows[taken]
        fit = np.linalg.lstsq(basis.T, rows.T, rcond=None)[0].T @ basis if taken else 0
        products = (rows - fit) @ rows.T  # [signal, row]
        scores = np.linalg.norm(products, axis=0) / np.linalg.norm(rows, axis=1)
        scores[taken] = -1
        taken.append(int(scores.argmax()))
    return sorted(taken)


@pytest.mark.parametrize(("n", "d", "count"), [(12, 20, 5), (30, 8, 6), (9, 9, 9), (6, 50, 1)])
def test_rows_are_those_of_a_computation_by_least_squares(n, d, count):
    rows = np.random.default_rng(n).normal(size=(n, d)) * np.random.default_rng(1).uniform(0.1, 3, (n, 1))
    assert chosen_rows(rows, count).tolist() == brute_force(rows, count)


def test_rows_that_others_span_are_taken_last():
    base = np.random.default_rng(0).normal(size=(3, 10))
    rows = np.concatenate([base, [base[0] * 2, base[1] - base[2], np.zeros(10)]])
    taken = chosen_rows(rows, 3)
    assert np.linalg.matrix_rank(rows[taken]) == 3
    assert len(set(chosen_rows(rows, 5).tolist())) == 5 and 5 not in chosen_rows(rows, 5)


def test_too_many_rows_are_refused():
    with pytest.raises(ValueError, match=r"`count` must be 1 to the number of rows, 4. Received: count=5"):
        chosen_rows(np.eye(4), 5)


def test_a_thin_layer_keeps_units_as_they_are_and_of_their_inputs_those_kept_below():
    draw = np.random.default_rng(3).normal
    layers = [(draw(size=(3, 3, 3, 6)), draw(size=6)), (draw(size=(7, 7, 6, 8)), draw(size=8))]
    (first, first_bias), (second, second_bias) = narrowed(layers, [4, 5])
    below = brute_force(layers[0][0].reshape(-1, 6).T, 4)
    np.testing.assert_array_equal(first, layers[0][0][..., below])
    np.testing.assert_array_equal(first_bias, layers[0][1][below])
    seen = layers[1][0][:, :, below]
    above = brute_force(seen.reshape(-1, 8).T, 5)
    np.testing.assert_array_equal(second, seen[..., above])
    np.testing.assert_array_equal(second_bias, layers[1][1][above])


def test_a_layer_that_is_not_narrowed_keeps_all_of_its_units():
    layers = [(np.ones([3, 3, 3, 4]), np.arange(4.0)), (np.ones([3, 3, 4, 2]), np.arange(2.0))]
    for (kernel, bias), (wide, wide_bias) in zip(narrowed(layers, [4, 2]), layers, strict=True):
        np.testing.assert_array_equal(kernel, wide)
        np.testing.assert_array_equal(bias, wide_bias)
