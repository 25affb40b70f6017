"""Measures the affinity of tasks from their single-task networks; writes affinity.npz.

python scripts/affinity.py runs/single --output=runs/affinity
python scripts/affinity.py runs/single/semseg runs/single/depth --output=runs/affinity --images=100
python scripts/affinity.py --mean runs/affinity_0 runs/affinity_1 --output=runs/affinity    # of two seeds
"""

import numpy as np
from absl import app, flags
from dataclass_flags import parse_size
from running import define_modules, run_main

MOST_PAIRS, SHOWN = 15, 3  # pairs that are all printed; of more, those at either end

FLAGS = flags.FLAGS
flags.DEFINE_string("output", None, "Directory for rdm/ and affinity.npz.", required=True)
flags.DEFINE_integer("images", None, "Held-out images to compare; by default all that are large enough.")
flags.DEFINE_list(
    "image_size",
    None,
    "Height and width of the middle that is compared; by default the training crop. Smaller images are left out.",
)
flags.DEFINE_integer("replicates", 200, "Draws of the bootstrap over images.")
flags.DEFINE_integer("batch_size", 8, "Images at a time.")
flags.DEFINE_bool(
    "mean", False, "Write the mean of affinities that were measured before, which are named instead of runs."
)
flags.DEFINE_string("data", "", "Where the runs' data is now, if it has moved.")
define_modules()


def main(argv: list[str]) -> None:
    """Compares the single-task runs named on the command line, or takes the mean of affinities."""
    if len(argv) < 2:
        raise app.UsageError("Name the folder of single-task runs, or at least two of them; with --mean, affinities.")
    if FLAGS.mean:
        print("\n".join(_lines(_mean(argv[1:]))))
        return
    image_size = parse_size(FLAGS.image_size, "image_size") if FLAGS.image_size else None
    from bmt_tf.choosing import measure_affinity
    from bmt_tf.runs.folders import single_task_runs

    result = measure_affinity(
        single_task_runs(argv[1:], "run_dirs"),
        FLAGS.output,
        images=FLAGS.images,
        image_size=image_size,
        replicates=FLAGS.replicates,
        batch_size=FLAGS.batch_size,
        data=FLAGS.data,
    )
    print("\n".join(_lines(result)))


def _mean(paths: list[str]):
    """Writes the mean of the affinities at these paths, files or their folders, and returns it."""
    from bmt_tf.affinity import AffinityResult, mean_affinity
    from bmt_tf.runs.paths import AffinityPaths, affinity_file

    result = mean_affinity([AffinityResult.load(affinity_file(path)) for path in paths])
    result.save(AffinityPaths(FLAGS.output).affinity)
    return result


def _lines(result) -> list[str]:
    """Returns the affinities block by block: of all pairs, or of many the least and the most alike, and the median."""
    first, second = np.triu_indices(len(result.tasks), 1)
    lines = []
    for block, matrix, low, high in zip(result.blocks, result.affinity, result.low, result.high, strict=True):
        order = np.argsort(matrix[first, second], kind="stable")[::-1] if len(first) > MOST_PAIRS else range(len(first))
        pairs = [
            f"{result.tasks[t]}-{result.tasks[u]} {matrix[t, u]:.3f} [{low[t, u]:.3f}, {high[t, u]:.3f}]"
            for t, u in zip(first[order], second[order], strict=True)
        ]
        if len(pairs) > MOST_PAIRS:
            median = f"median of {len(pairs)} pairs {np.median(matrix[first, second]):.3f}"
            pairs = [*pairs[:SHOWN], "...", median, "...", *pairs[-SHOWN:]]
        lines.append(f"{block}: {'  '.join(pairs)}")
    return lines


if __name__ == "__main__":
    run_main(main)
