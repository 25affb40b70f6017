"""Writes a data set, or a few images of it, as a data folder, or as one of the papers' data sets is distributed.

A data folder has dataset.json, <split>/image and <split>/<task>.

python scripts/write_data.py --data=scenes --output=scenes_folder
python scripts/write_data.py --data=scenes --output=few --splits=val --images=8 --tasks=semseg,depth
python scripts/write_data.py --data=scenes --output=NYUD_MT --images=8 --layout=nyud
python scripts/write_data.py --data=scenes:train=64,val=16 --output=PASCAL_MT --layout=pascal_context
python scripts/write_data.py --data=taskonomy:FOLDER --output=taskonomy_shards --shards
"""

from absl import app, flags
from running import run_main

FLAGS = flags.FLAGS
flags.DEFINE_string(
    "data", None, "What to write: scenes, a data folder, or one of the papers' data sets.", required=True
)
flags.DEFINE_string("output", None, "The folder to write.", required=True)
flags.DEFINE_list("splits", ["train", "val"], "Splits to write.")
flags.DEFINE_list("tasks", [], "Tasks whose labels are written; all by default.")
flags.DEFINE_integer("images", None, "Images per split, evenly spread over it; all by default.", 1)
flags.DEFINE_enum("format", "png", ["png", "jpeg"], "Format of the images of a data folder.")
flags.DEFINE_string(
    "layout",
    "",
    "Data set in whose own layout to write: nyud, pascal_context, cityscapes, taskonomy or celeba; a data folder by "
    "default.",
)
flags.DEFINE_bool("shards", False, "Whether to write few large files (ArrayRecord) for storage that hates small ones.")


def main(argv: list[str]) -> None:
    """Writes the data that the flags name."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    if FLAGS.shards and FLAGS.layout:
        raise app.UsageError("--shards and --layout exclude each other: a layout is one of files.")
    from bmt_tf.data import open_data, with_only, write_folder, write_layout, write_shards

    sources = {split: open_data(FLAGS.data, split) for split in FLAGS.splits}
    sources = {split: with_only(source, FLAGS.tasks or source.tasks) for split, source in sources.items()}
    if FLAGS.shards:
        print(write_shards(sources, FLAGS.output, FLAGS.images))
        return
    if FLAGS.layout:
        print(write_layout(sources, FLAGS.output, FLAGS.layout, FLAGS.images))
        return
    print(write_folder(sources, FLAGS.output, FLAGS.images, FLAGS.format))


if __name__ == "__main__":
    run_main(main)
