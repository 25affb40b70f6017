"""Measures the package's speed on this machine and prints one Markdown table per part.

python -m benchmarks                       everything: about 15 minutes on two quiet cores
python -m benchmarks --only=training,trees
"""

import importlib
import os
import platform
import time

from absl import app, flags, logging

FLAGS = flags.FLAGS
PARTS = ("training", "pipeline", "serving", "costs", "affinity", "trees", "expected_cost", "supergraph", "edges")
flags.DEFINE_list("only", list(PARTS), f"Parts to measure, among {', '.join(PARTS)}.")
flags.DEFINE_list("image_size", ["96", "128"], "Height and width of the images of the first four parts.")
flags.DEFINE_string("encoder", "mobilenet_v2_0.35", "Encoder of the first four parts.")
flags.DEFINE_integer("features", 4_000_000, "Features per image of the RDM that is streamed through the disk.")


def main(argv: list[str]) -> None:
    """Prints the machine, then the tables."""
    if len(argv) > 1 or set(FLAGS.only) - set(PARTS):
        raise app.UsageError(f"All settings are flags, and parts are among {PARTS}. Received: {argv[1:]} {FLAGS.only}.")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.set_verbosity(logging.WARNING)
    _print_machine()
    size = tuple(int(side) for side in FLAGS.image_size)
    for part in FLAGS.only:
        started = time.perf_counter()
        rows = _measure(part, size)
        print(f"\n### {part}\n\n| what | value |\n| --- | --- |")
        print("\n".join(f"| {name} | {value} |" for name, value in rows))
        print(f"\n({time.perf_counter() - started:.0f} s, load {os.getloadavg()[0]:.1f})", flush=True)


def _measure(part: str, size: tuple[int, int]) -> list[tuple[str, str]]:
    """Returns the rows of one part; each is imported when it is asked for."""
    if part in ("training", "pipeline", "serving", "costs"):
        from benchmarks import networks

        return getattr(networks, part)(FLAGS.encoder, size)
    if part in ("supergraph", "edges"):
        return importlib.import_module(f"benchmarks.{part}").rows()
    from benchmarks import trees

    return trees.affinity(FLAGS.features) if part == "affinity" else getattr(trees, part)()


def _print_machine() -> None:
    import tensorflow as tf

    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    print(
        f"{len(names)} cores of {names[0] if names else platform.processor()}, Python {platform.python_version()}, "
        f"TensorFlow {tf.__version__}, {len(tf.config.list_physical_devices('GPU'))} GPUs, "
        f"load {os.getloadavg()[0]:.1f} at the start"
    )


if __name__ == "__main__":
    app.run(main)
