"""Measures the package's speed on this machine and prints one Markdown table per topic.

python -m benchmarks                       everything, one topic after the other
python -m benchmarks --only=training,trees
python -m benchmarks --only=growth --figure=growth.svg
"""

import os
import platform
import time

from absl import app, flags, logging

from benchmarks import topics
from bmt_tf import use_threads
from bmt_tf.costs.timing import machine
from scripts.running import run_main

FLAGS = flags.FLAGS
DEFAULT = topics.Settings()
flags.DEFINE_list("only", list(topics.TOPICS), f"Topics to measure, among {', '.join(topics.TOPICS)}.")
flags.DEFINE_string("threads", "auto", "Threads of all topics but `threads`, as for training.")
flags.DEFINE_list("image_size", list(map(str, DEFAULT.image_size)), "Height and width for topics on whole networks.")
flags.DEFINE_string("encoder", DEFAULT.encoder, "Encoder of the topics that train or serve a network.")
flags.DEFINE_integer("features", DEFAULT.features, "Features per image of the RDM that is streamed through the disk.")
flags.DEFINE_string("figure", DEFAULT.figure, "SVG file into which the topic growth is drawn.")
flags.DEFINE_integer("files", DEFAULT.files, "Files of the data set that is opened.")


def main(argv: list[str]) -> None:
    """Prints the machine, then the tables."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    try:
        topics.check_topics(FLAGS.only, FLAGS.figure)
    except ValueError as error:
        raise app.UsageError(str(error)) from None
    logging.set_verbosity(logging.WARNING)
    used = use_threads(FLAGS.threads, branches=4)
    print(f"{_machine()}, threads {used}")
    size = tuple(map(int, FLAGS.image_size))
    settings = topics.Settings(FLAGS.encoder, size, FLAGS.features, FLAGS.files, FLAGS.figure)
    for topic in FLAGS.only:
        started = time.perf_counter()
        rows = topics.rows(topic, settings)
        print(f"\n### {topic}\n\n| what | value |\n| --- | --- |")
        print("\n".join(f"| {name} | {value} |" for name, value in rows))
        print(f"\n({time.perf_counter() - started:.0f} s, load {os.getloadavg()[0]:.1f})", flush=True)


def _machine() -> str:
    """Returns a line that says on what, and beside what, the times are measured."""
    import tensorflow as tf

    return (
        f"{machine()}, Python {platform.python_version()}, "
        f"TensorFlow {tf.__version__}, {len(tf.config.list_physical_devices('GPU'))} GPUs, "
        f"load {os.getloadavg()[0]:.1f} at the start"
    )


if __name__ == "__main__":
    run_main(main)
