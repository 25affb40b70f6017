"""Predicts on a folder of photographs with an exported model: a picture and an array per photograph and task.

python scripts/predict.py --model=runs/tree --images=photographs --output=predictions
python scripts/predict.py --model=runs/tree/onnx --images=photographs --output=predictions
python scripts/predict.py --model=models/tree/1 --images=photographs --output=predictions --task=depth
"""

from absl import app, flags
from running import define_modules, run_main

from bmt_tf import use_threads

FLAGS = flags.FLAGS
flags.DEFINE_string(
    "model", None, "An export by scripts/export.py, of any format, or the run directory that holds it.", required=True
)
flags.DEFINE_string("images", None, "Folder of photographs.", required=True)
flags.DEFINE_string("output", None, "Folder to write to.", required=True)
flags.DEFINE_string("task", None, "Predict this task alone; all by default.")
flags.DEFINE_integer("batch_size", 8, "Photographs at a time.", 1)
define_modules()


def main(argv: list[str]) -> None:
    """Predicts on the photographs that the flags name."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    from bmt_tf.export import predict_folder

    use_threads()
    count = predict_folder(FLAGS.model, FLAGS.images, FLAGS.output, task=FLAGS.task, batch_size=FLAGS.batch_size)
    print(f"{count} photographs: {FLAGS.output}")


if __name__ == "__main__":
    run_main(main)
