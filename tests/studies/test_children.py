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
sys.exit(exit_status([sys.executable, "-c", *sys.argv[2:]], with_its_own=bool(sys.argv[1])))
"""
CHILD = """
import os, sys, time
print(os.getpid(), flush=True)
time.sleep(60)
"""
# Waits for what it has started, whatever is sent to it.
STUBBORN = """
import signal, subprocess, sys
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, lambda *_: None)
sys.exit(subprocess.call([sys.executable, "-c", sys.argv[1]]) and 1)
"""


def _started(root, *words, ignored=()):
    """Returns a parent and the number of the process that prints its own."""

    def ignore():  # whatever the tests themselves ignore
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)

    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *words], cwd=root, stdout=subprocess.PIPE, text=True, preexec_fn=ignore
    )
    return parent, int(parent.stdout.readline())


def _gone(process):
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_one_ends_the_other(root, number):
    parent, child = _started(root, "", CHILD)
    parent.send_signal(number)
    assert parent.wait(timeout=20) == 128 + number  # what ended the child, as a shell says it
    assert _gone(child)


def test_what_the_other_has_started_is_stopped_with_it_though_the_other_would_wait_and_sigint_is_ignored(root):
    parent, grandchild = _started(root, "all", STUBBORN, CHILD, ignored=[signal.SIGINT])
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(timeout=20) == 128 + signal.SIGTERM
    assert _gone(grandchild)


def test_a_signal_that_is_ignored_stays_so(root):
    parent, child = _started(root, "all", CHILD, ignored=[signal.SIGHUP])
    parent.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    assert parent.poll() is None
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(timeout=20) == 128 + signal.SIGTERM and _gone(child)


def test_the_exit_status_comes_back():
    before = signal.getsignal(signal.SIGTERM)
    assert exit_status([sys.executable, "-c", "raise SystemExit(7)"]) == 7
    assert signal.getsignal(signal.SIGTERM) is before
