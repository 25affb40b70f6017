"""Trains a multi-task network, or all single-task networks.

    python scripts/train.py --data=scenes --tasks=semseg,depth,normals --run_dir=runs/shared --steps=2000 \
        --image_size=96,128 --grouping=shared
    python scripts/train.py ... --run_dir=runs/single --single     # one network per task, the missing ones only
    python scripts/train.py ... --run_dir=runs/nddr --network=nddr --start_from=runs/single
"""

from absl import app, flags
from dataclass_flags import FLAGS, define_flags, from_flags
from running import run_main

from bmt_tf.runs.config import TrainConfig

define_flags(TrainConfig)
flags.DEFINE_bool("single", False, "Train one network per task, in <run_dir>/<task>, those not finished yet.")
flags.DEFINE_list("only", [], "With --single: the tasks to train; all by default.")


def main(argv: list[str]) -> None:
    """Runs the training that the flags describe."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    config = from_flags(TrainConfig)
    from bmt_tf.training import train, train_singles

    if FLAGS.single:
        print("\n".join(train_singles(config, tuple(FLAGS.only))))
    else:
        print(train(config))


if __name__ == "__main__":
    run_main(main)
