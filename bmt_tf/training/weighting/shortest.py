"""The shortest vector in the hull of a few, from their scalar products."""

import tensorflow as tf

ITERATIONS = 1000
_TOLERANCE = 1e-12  # of the longest vector's square


def min_norm(gram: tf.Tensor, among: tf.Tensor) -> tf.Tensor:
    """Returns the convex combination of vectors that is shortest.

    Source: Sener & Koltun 2018, algorithm 2 (Frank-Wolfe).
    Departures: steps are pairwise, from the worst vector that has a share to the best one, each to its end (Lacoste-
    Julien & Jaggi 2015): plain steps zigzag where the solution has many vectors, and after 250 of them were 2e-4 too
    long with 40; and the steps end, while the authors' loop never counts them.

    Args:
        gram: Scalar products of the vectors, float64 `[T, T]`.
        among: Which vectors take part, bool `[T]`.

    Returns:
        Shares, float64 `[T]`: not negative, of the sum 1, and 0 for vectors that take no part; all 0 where none does.
    """
    both = among[:, None] & among[None, :]
    gram = tf.where(both, gram, tf.zeros_like(gram))
    squares = tf.linalg.diag_part(gram)
    infinity = tf.constant(float("inf"), tf.float64)
    size, tolerance = tf.shape(squares)[0], _TOLERANCE * tf.reduce_max(squares)

    def slopes(shares):
        slope = tf.linalg.matvec(gram, shares)
        best = tf.argmin(tf.where(among, slope, infinity), output_type=tf.int32)
        worst = tf.argmax(tf.where(shares > 0, slope, -infinity), output_type=tf.int32)
        return slope, best, worst

    def goes_on(step, shares, gap):
        del shares
        return (step < ITERATIONS) & (gap > tolerance)

    def move(step, shares, gap):
        slope, best, worst = slopes(shares)
        gap = slope[worst] - slope[best]
        length = squares[best] + squares[worst] - 2 * gram[best, worst]  # squared, between the two
        wanted = tf.where(length > 0, gap / length, infinity)
        taken = tf.where(gap > 0, tf.minimum(wanted, shares[worst]), 0)
        change = tf.one_hot(best, size, dtype=tf.float64) - tf.one_hot(worst, size, dtype=tf.float64)
        return step + 1, shares + taken * change, gap

    start = tf.one_hot(tf.argmin(tf.where(among, squares, infinity)), size, dtype=tf.float64)
    start = tf.where(among, start, tf.zeros_like(start))
    _, shares, _ = tf.while_loop(goes_on, move, [tf.constant(0), start, infinity])
    return shares
