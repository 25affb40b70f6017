"""Nothing of other packages is on the screen; what the project says itself is."""

import logging
import os
import subprocess
import sys

import numpy as np
import pytest

from bmt_tf import _quiet

PROGRAM = """
import logging, os, sys, warnings
logging.basicConfig(level=logging.INFO)
from bmt_tf._quiet import hide_foreign_lines
hide_foreign_lines()
import tensorflow as tf
tf.config.list_physical_devices("GPU")
assert "matplotlib" not in sys.modules
os.write(2, b"native words after the start\\n")
logging.info("an info of ours")
logging.warning("a warning of ours")
warnings.warn("a Python warning of ours")
"""
START_UP = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1795637284.230388    3864 cudart_stub.cc:31] Could not find cuda drivers on your machine.",
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.",
    "E0000 00:00:1795637292.064074    3864 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error",
    "2026-11-25 20:05:01.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.",
)


def test_tensorflow_starts_in_silence_and_our_own_lines_stay(root):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={k: v for k, v in os.environ.items() if not k.startswith("TF_CPP")} | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0 and done.stdout == ""
    ours = ["native words after the start", "an info of ours", "Warning: a warning of ours"]
    assert done.stderr.splitlines() == [*ours, "Warning: a Python warning of ours"]


@pytest.mark.parametrize("line", START_UP)
def test_start_up_lines_are_known(line):
    assert _quiet._START_UP.match(line)


@pytest.mark.parametrize("line", ["Fatal Python error: Aborted", "The TensorFlow library was compiled to use AVX"])
def test_other_native_words_are_passed_on(line):
    assert not _quiet._START_UP.match(line)


def test_files_of_packages_and_of_python_are_foreign():
    assert _quiet.is_ours(_quiet.__file__) and _quiet.is_ours(__file__)
    assert not _quiet.is_ours(np.__file__) and not _quiet.is_ours(logging.__file__)


@pytest.mark.parametrize(
    ("path", "level", "shown"),
    [
        (np.__file__, logging.WARNING, False),
        (np.__file__, logging.ERROR, True),
        (__file__, logging.INFO, True),
    ],
)
def test_log_lines_of_packages_are_hidden_but_for_errors(path, level, shown):
    record = logging.LogRecord("any", level, path, 1, "words", (), None)
    assert _quiet._is_shown(record) is shown
