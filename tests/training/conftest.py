"""Settings of a tiny run that every loop can be tried with."""

import pathlib
import sys

import pytest

from bmt_tf.training.config import TrainConfig
from bmt_tf.training.search_config import SearchConfig

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import small_encoder  # noqa: F401 (registers the encoder `small`)

DATA = "scenes:train=12,val=4,height=32,width=32,seed=1"


@pytest.fixture
def tiny(tmp_path):
    """A function that returns the settings of a run of two tasks, with changes."""

    def make(name="run", **changes):
        settings = {
            "run_dir": str(tmp_path / name), "data": DATA, "tasks": ("semseg", "depth"), "image_size": (32, 32),
            "encoder": "small", "output_stride": 8, "batch_size": 2, "steps": 4, "checkpoint_every": 2,
            "log_every": 2, "learning_rate": 0.01, "seed": 3,
        }
        return TrainConfig(**(settings | changes))

    return make


@pytest.fixture(scope="session")
def tiny_search():
    """A function of a run directory that returns the settings of a search of two tasks, with changes.

    Two warm-up steps; passes of two alpha and four weight batches.
    """

    def make(run_dir, **changes):
        settings = {
            "run_dir": str(run_dir), "data": DATA, "tasks": ("semseg", "depth"), "image_size": (32, 32),
            "encoder": "small", "output_stride": 8, "batch_size": 2, "warm_up_steps": 2, "steps": 6, "trade_off": 1.0,
            "alpha_fraction": 0.34, "checkpoint_every": 1, "log_every": 2, "learning_rate": 0.01, "scales": (),
            "seed": 3,
        }
        return SearchConfig(**(settings | changes))

    return make
