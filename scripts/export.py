"""Exports a trained run to files that need nothing of this package, after comparing the two on photographs.

python scripts/export.py runs/tree                            # writes runs/tree/saved_model
python scripts/export.py runs/tree --formats=saved_model,litert,onnx,litert_int8    # and runs/tree/litert, ...
python scripts/export.py runs/tree --formats=onnx --demo_page  # and runs/tree/demo_page, which runs it in a browser
python scripts/export.py runs/tree --serve_size=480,640 --output=models/tree/1    # a place for TensorFlow Serving
"""

from absl import app, flags
from dataclass_flags import parse_size
from running import define_modules, run_main

FLAGS = flags.FLAGS
flags.DEFINE_list(
    "formats", ["saved_model"], "Formats: saved_model, litert, litert_float16, litert_int8 (8-bit integers), onnx."
)
flags.DEFINE_string(
    "output", None, "Where to write the format, or a folder per format; <run directory>/<format> by default."
)
flags.DEFINE_bool(
    "demo_page", False, "Whether to write, too, a folder with a page that runs the ONNX of the network in a browser."
)
flags.DEFINE_list("serve_size", None, "Height,width to which images are resized inside; by default, none.")
flags.DEFINE_list(
    "size", None, "Height,width of the images that LiteRT is made for; by default, of the first image scored on."
)
flags.DEFINE_bool("any_size", True, "Whether LiteRT also gets a slower file for images of any size.")
flags.DEFINE_integer("calibration_images", 100, "Training images by which the ranges of 8-bit integers are found.", 1)
flags.DEFINE_string("data", "", "Where the run's data is now, if it has moved.")
flags.DEFINE_integer("step", None, "The checkpoint to export; the newest by default.")
flags.DEFINE_integer("images", 8, "Photographs of the val split on which export and checkpoint are compared.", 1)
flags.DEFINE_float("tolerance", 1e-3, "Largest difference between their predictions that counts as none.", 0.0)
define_modules()


def main(argv: list[str]) -> None:
    """Exports the run named on the command line."""
    if len(argv) != 2:
        raise app.UsageError(f"Name one run directory. Received: {argv[1:]}.")
    serve_size = parse_size(FLAGS.serve_size, "serve_size") if FLAGS.serve_size else None
    size = parse_size(FLAGS.size, "size") if FLAGS.size else None
    from bmt_tf.export import export_demo_page, export_formats

    export = export_demo_page if FLAGS.demo_page else export_formats
    folders = export(
        argv[1],
        FLAGS.formats,
        FLAGS.output,
        serve_size=serve_size,
        size=size,
        any_size=FLAGS.any_size,
        calibration_images=FLAGS.calibration_images,
        step=FLAGS.step,
        images=FLAGS.images,
        tolerance=FLAGS.tolerance,
        data=FLAGS.data,
    )
    print("\n".join(folders.values()))


if __name__ == "__main__":
    run_main(main)
