"""A process that ends while a dataset still calls Python ends indeed."""

import subprocess
import sys

import numpy as np
import tensorflow as tf

from bmt_tf.data.python_calls import python_call

# The iterator stays alive in the frames of the exception, and its calls take longer than what follows.
PROGRAM = """
import time
import tensorflow as tf
from bmt_tf.data.python_calls import python_call

def slow(place):
    time.sleep(0.05)
    return [place]

def main():
    places = tf.data.Dataset.range(10**9).map(lambda place: python_call(slow, place, [tf.int64]), tf.data.AUTOTUNE)
    batches = iter(places.batch(8).prefetch(tf.data.AUTOTUNE))
    assert next(batches)[0].shape == (8,)
    raise ValueError("on purpose")

main()
"""


def test_a_process_that_fails_with_an_iterator_alive_ends(root):
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "on purpose" in done.stderr


def test_it_returns_what_the_function_returns_for_each_place():
    def function(place):
        return [place + 1, np.float32([place, 2])]

    places = tf.data.Dataset.range(40).map(lambda place: python_call(function, place, [tf.int64, tf.float32]), 4)
    for place, (first, second) in enumerate(places.as_numpy_iterator()):
        assert first == place + 1 and second.tolist() == [place, 2]
