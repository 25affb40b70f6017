"""Settings of tiny runs of two tasks that every loop can be tried with."""

import json
import os

import toys  # noqa: F401 (registers the encoder `small`)

from bmt_tf.runs import Run
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.search_config import SearchConfig

FEW_LAYERS = ("depth", "indoors")  # tasks of a dense label and one of the image, for what is traced

_COMMON = {
    "data": "scenes:train=12,val=4,height=32,width=32,seed=1",
    "tasks": ("semseg", "depth"),
    "image_size": (32, 32),
    "encoder": "small",
    "output_stride": 8,
    "batch_size": 2,
    "log_every": 2,
    "learning_rate": 0.01,
    "seed": 3,
}


def tiny_training(run_dir, **changes):
    """Returns the settings of a training, with changes."""
    return TrainConfig(**(_COMMON | {"run_dir": str(run_dir), "steps": 4, "checkpoint_every": 2} | changes))


def tiny_search(run_dir, **changes):
    """Returns the settings of a search: two warm-up steps, passes of two alpha and four weight batches."""
    own = {"warm_up_steps": 2, "steps": 6, "trade_off": 1.0, "alpha_fraction": 0.34, "checkpoint_every": 1}
    return SearchConfig(**(_COMMON | {"run_dir": str(run_dir), "scales": ()} | own | changes))


def begun_run(config):
    """Begins a run and leaves what a first checkpoint leaves."""
    run = Run.begin(config)
    os.makedirs(run.paths.checkpoints, exist_ok=True)
    open(os.path.join(run.paths.checkpoints, "ckpt-1.index"), "w").close()
    return run


def change_record(run_dir, part, name, value):
    """Puts another value into the `config.json` of a run."""
    path = os.path.join(run_dir, "config.json")
    with open(path) as file:
        content = json.load(file)
    content[part][name] = value
    with open(path, "w") as file:
        json.dump(content, file)
