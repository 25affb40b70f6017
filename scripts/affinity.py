"""Measures the affinity of tasks from their single-task networks; writes affinity.npz.

python scripts/affinity.py runs/single/semseg runs/single/depth --output=runs/affinity --images=200
"""

from absl import app, flags

FLAGS = flags.FLAGS
flags.DEFINE_string("output", None, "Directory for rdm/ and affinity.npz.", required=True)
flags.DEFINE_integer("images", 200, "Held-out images to compare; training must have set aside as many (--held_out).")
flags.DEFINE_list("image_size", None, "Height and width of the middle that is compared; by default the training crop.")
flags.DEFINE_integer("replicates", 200, "Draws of the bootstrap over images.")
flags.DEFINE_integer("batch_size", 8, "Images at a time.")


def main(argv: list[str]) -> None:
    """Compares the single-task runs named on the command line."""
    if len(argv) < 3:
        raise app.UsageError("Name at least two single-task run directories.")
    try:
        image_size = FLAGS.image_size and tuple(int(side) for side in FLAGS.image_size)
    except ValueError:
        raise app.UsageError(f"`image_size` must be height,width. Received: {FLAGS.image_size}.") from None
    from bmt_tf.choosing import measure_affinity

    result = measure_affinity(
        argv[1:],
        FLAGS.output,
        images=FLAGS.images,
        image_size=image_size or None,
        replicates=FLAGS.replicates,
        batch_size=FLAGS.batch_size,
    )
    for block, matrix, low, high in zip(result.blocks, result.affinity, result.low, result.high, strict=True):
        pairs = "  ".join(
            f"{result.tasks[t]}-{result.tasks[u]} {matrix[t, u]:.3f} [{low[t, u]:.3f}, {high[t, u]:.3f}]"
            for t in range(len(result.tasks))
            for u in range(t + 1, len(result.tasks))
        )
        print(f"{block}: {pairs}")


if __name__ == "__main__":
    app.run(main)
