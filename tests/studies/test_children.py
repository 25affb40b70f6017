"""A program that is started ends with the one that started it, and says how."""

import os
import signal
import subprocess
import sys
import time

import pytest

from studies.children import exit_status

PARENT = """
import sys
from studies.children import exit_status
sys.exit(-exit_status([sys.executable, "-c", sys.argv[1]]))
"""
CHILD = """
import os, sys, time
print(os.getpid(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_one_ends_the_other(root, number):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD], cwd=root, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    child = int(parent.stdout.readline())
    parent.send_signal(number)
    assert parent.wait(timeout=20) == number  # what ended the child
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("The child is still there.")


def test_the_exit_status_comes_back():
    before = signal.getsignal(signal.SIGTERM)
    assert exit_status([sys.executable, "-c", "raise SystemExit(7)"]) == 7
    assert signal.getsignal(signal.SIGTERM) is before
