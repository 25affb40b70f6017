"""A program that another one starts, and that is stopped with it."""

import signal
import subprocess
from collections.abc import Sequence

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def exit_status(words: Sequence[str], **options) -> int:
    """Runs a program, to which signals are handed on, and returns its exit status.

    Args:
        words: The program and its arguments.
        **options: As for `subprocess.Popen`.
    """
    with subprocess.Popen(words, **options) as child:
        before = {number: signal.signal(number, lambda number, _: child.send_signal(number)) for number in _SIGNALS}
        try:
            return child.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
