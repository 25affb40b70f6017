"""Scores trained runs and prints one table; writes metrics.json into each.

    python scripts/evaluate.py runs/single/* runs/shared runs/tree --references=runs/single/semseg,runs/single/depth

Runs that are references themselves get no delta_m; name them first, so that they are scored before they are used.
"""

from absl import app, flags

FLAGS = flags.FLAGS
flags.DEFINE_list("references", [], "Evaluated single-task runs that delta_m refers to.")
flags.DEFINE_string("split", "val", "The split to score on.")
flags.DEFINE_integer("batch_size", 8, "Images at a time.")
flags.DEFINE_integer("step", None, "The checkpoint to score; the newest by default.")
flags.DEFINE_bool("time", True, "Whether to measure milliseconds too.")


def main(argv: list[str]) -> None:
    """Scores the runs named on the command line, in their order."""
    if len(argv) < 2:
        raise app.UsageError("Name at least one run directory.")
    from bmt_tf.training import evaluate

    for run_dir in argv[1:]:
        references = () if run_dir in FLAGS.references else FLAGS.references
        metrics = evaluate(run_dir, references=references, split=FLAGS.split, batch_size=FLAGS.batch_size,
                           step=FLAGS.step, time_it=FLAGS.time)
        print(_line(run_dir, metrics), flush=True)


def _line(run_dir: str, metrics: dict) -> str:
    scores = "  ".join(
        f"{name} {row['measure']} {row['value']:.4g}{' ' + row['unit'] if row['unit'] else ''}"
        for name, row in metrics["tasks"].items() if row["value"] is not None
    )
    gain = "" if metrics["delta_m"] is None else f"  delta_m {metrics['delta_m']['value']:+.2f} %"
    return f"{run_dir}: {scores}  {metrics['cost']['multiply_adds'] / 1e9:.3f} G multiply-adds{gain}"


if __name__ == "__main__":
    app.run(main)
