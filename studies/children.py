"""A program that another one starts, and that is stopped with it."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def exit_status(words: Sequence[str], with_its_own: bool = False, **options) -> int:
    """Runs a program, to which signals are handed on, and returns its exit status as a shell gives it.

    That is 128 and the number of the signal where one stopped it. A signal that is ignored, as by `nohup`, stays so.

    Args:
        words: The program and its arguments.
        with_its_own: Whether a signal stops what the program has started as well, whatever it makes of signals by
            itself: as from Ctrl-C, SIGINT goes to all of them.
        **options: As for `subprocess.Popen`.
    """
    received: list[int] = []
    started: list[subprocess.Popen] = []

    def hand_on(number, _=None):
        received.append(number)
        for child in started:
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                if with_its_own:
                    os.killpg(child.pid, signal.SIGINT)
                else:
                    child.send_signal(number)

    # Before the program is started, which so may be stopped from its first moment on, by SIGINT too.
    heard = [number for number in _SIGNALS if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, hand_on) for number in heard}
    try:
        with subprocess.Popen(words, process_group=0 if with_its_own else None, **options) as child:
            started.append(child)
            for number in list(received):
                hand_on(number)
            status = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if status and received:
        return 128 + received[0]
    return 128 - status if status < 0 else status
