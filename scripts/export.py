"""Exports a trained run as a SavedModel, after comparing the two on photographs.

python scripts/export.py runs/tree                            # writes runs/tree/saved_model
python scripts/export.py runs/tree --serve_size=480,640 --output=models/tree/1    # a place for TensorFlow Serving
"""

from absl import app, flags
from dataclass_flags import parse_size
from running import define_modules, run_main

FLAGS = flags.FLAGS
flags.DEFINE_string("output", None, "Where to write; <run directory>/saved_model by default.")
flags.DEFINE_list("serve_size", None, "Height,width to which images are resized inside; by default, none.")
flags.DEFINE_string("data", "", "Where the run's data is now, if it has moved.")
flags.DEFINE_integer("step", None, "The checkpoint to export; the newest by default.")
flags.DEFINE_integer("images", 8, "Photographs of the val split on which SavedModel and checkpoint are compared.", 1)
flags.DEFINE_float("tolerance", 1e-3, "Largest difference between their predictions that counts as none.", 0.0)
define_modules()


def main(argv: list[str]) -> None:
    """Exports the run named on the command line."""
    if len(argv) != 2:
        raise app.UsageError(f"Name one run directory. Received: {argv[1:]}.")
    serve_size = parse_size(FLAGS.serve_size, "serve_size") if FLAGS.serve_size else None
    from bmt_tf.export import export_saved_model

    print(
        export_saved_model(
            argv[1],
            FLAGS.output,
            serve_size=serve_size,
            step=FLAGS.step,
            images=FLAGS.images,
            tolerance=FLAGS.tolerance,
            data=FLAGS.data,
        )
    )


if __name__ == "__main__":
    run_main(main)
