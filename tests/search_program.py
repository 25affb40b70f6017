"""A search in a process of its own, stopped on the way where it is told to be.

    python search_program.py SETTINGS STOPS

SETTINGS are the settings as JSON. STOPS is a list of numbers n: after its n-th checkpoint a part of the search ends by
an exception, and the next part begins from what lies on the disk. After the last stop it goes to the end.
"""

import json
import sys

import tensorflow as tf
import toys  # noqa: F401 (registers the encoder `small`)

from bmt_tf.runs import SearchConfig
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.training import search


class _StoppedError(Exception):
    """Ends a part of the search."""


def _stop_after(number: int) -> None:
    save, saved = _SAVE, []

    def save_and_stop(self, step):
        save(self, step)
        saved.append(step)
        if len(saved) == number:
            raise _StoppedError

    Checkpoints.save = save_and_stop


_SAVE = Checkpoints.save


def main(config: SearchConfig, stops: list[int]) -> None:
    """Searches in parts."""
    for stop in stops:
        _stop_after(stop)
        try:
            search(config)
        except _StoppedError:
            continue
        raise SystemExit("The search was over before it could be stopped.")
    Checkpoints.save = _SAVE
    search(config)


if __name__ == "__main__":
    tf.config.run_functions_eagerly(True)  # the few steps are sooner done than traced
    main(SearchConfig.from_json(json.loads(sys.argv[1])), json.loads(sys.argv[2]))
