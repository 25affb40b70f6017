"""Settings of a tiny search of two tasks that takes all its turns in a few steps."""

import small_encoder  # noqa: F401 (registers the encoder `small`)

from bmt_tf.runs.search_config import SearchConfig


def tiny_search(run_dir, **changes):
    """Returns the settings: two warm-up steps, passes of two alpha and four weight batches."""
    settings = {
        "run_dir": str(run_dir),
        "data": "scenes:train=12,val=4,height=32,width=32,seed=1",
        "image_size": (32, 32),
        "tasks": ("semseg", "depth"),
        "encoder": "small",
        "output_stride": 8,
        "batch_size": 2,
        "warm_up_steps": 2,
        "steps": 6,
        "trade_off": 1.0,
        "alpha_fraction": 0.34,
        "checkpoint_every": 1,
        "log_every": 2,
        "learning_rate": 0.01,
        "scales": (),
        "seed": 3,
    }
    return SearchConfig(**(settings | changes))
