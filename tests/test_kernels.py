"""TensorFlow computes with oneDNN's kernels unless the environment says otherwise."""

import os
import platform
import sys

import pytest

from bmt_tf import use_onednn
from bmt_tf._kernels import ONEDNN


@pytest.fixture
def fresh(monkeypatch):
    """A process that has not imported TensorFlow."""
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.delenv(ONEDNN, raising=False)
    return monkeypatch


def test_before_tensorflow_is_imported_it_is_asked_to_use_them(fresh):
    assert use_onednn() is True
    assert os.environ[ONEDNN] == "1"


def test_what_the_environment_says_stays(fresh):
    fresh.setenv(ONEDNN, "0")
    assert use_onednn() is True
    assert os.environ[ONEDNN] == "0"


def test_after_tensorflow_is_imported_nothing_is_changed(fresh):
    fresh.setitem(sys.modules, "tensorflow", object())
    assert use_onednn() is False
    assert ONEDNN not in os.environ


def test_tests_compute_with_them_as_the_scripts_do():
    import tensorflow  # noqa: F401
    from tensorflow.python.util._pywrap_util_port import IsMklEnabled

    wanted = os.environ[ONEDNN]  # set before TensorFlow was imported
    if (sys.platform, platform.machine()) == ("linux", "x86_64"):  # other builds may have none
        assert IsMklEnabled() == (wanted == "1")
