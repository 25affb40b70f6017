"""Makes the pictures of the README, docs/images/predictions.png and docs/images/tree.svg, from a run.

bash scripts/demo.sh
python docs/readme_figure.py runs/demo/bmn
"""

import io
import pathlib
import sys

from absl import app, flags

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from scripts.running import run_main

FLAGS = flags.FLAGS
flags.DEFINE_string("output", "docs/images", "Folder to write to.")
flags.DEFINE_integer("images", 3, "Photographs to show, evenly spread over the val split.", 1)


def main(argv: list[str]) -> None:
    """Draws the pictures of the run named on the command line."""
    if len(argv) != 2:
        raise app.UsageError("Name one run directory.")
    from bmt_tf.grouping import Grouping
    from bmt_tf.runs.paths import RunPaths

    run, output = RunPaths(argv[1]), pathlib.Path(FLAGS.output)
    panels = sorted(pathlib.Path(run.predictions).glob("*.png"))[: FLAGS.images]
    if len(panels) < FLAGS.images:
        from bmt_tf.training import write_panels

        panels = write_panels(run.directory, count=FLAGS.images)
    output.mkdir(parents=True, exist_ok=True)
    (output / "predictions.png").write_bytes(_below_each_other(panels))
    (output / "tree.svg").write_text(Grouping.load(run.grouping).to_svg())
    print(*(output / name for name in ("predictions.png", "tree.svg")))


def _below_each_other(paths: list[pathlib.Path]) -> bytes:
    """Returns one PNG of 256 colours."""
    from PIL import Image

    pictures = [Image.open(path).convert("RGB") for path in paths]
    sheet = Image.new("RGB", (max(one.width for one in pictures), sum(one.height for one in pictures)), "white")
    top = 0
    for picture in pictures:
        sheet.paste(picture, (0, top))
        top += picture.height
    file = io.BytesIO()
    sheet.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    run_main(main)
