"""Scores trained runs and prints one table; writes metrics.json into each.

    python scripts/evaluate.py runs/single runs/shared runs/tree --references=runs/single
    python scripts/evaluate.py runs/tree --references=runs/single --exported=litert,litert_int8

Exports that are named are scored beside the checkpoint. A folder stands for the runs in it. Those that are references
themselves get no delta_m; name them first, so that they are scored before they are used.
"""

import os

from absl import app, flags
from running import define_modules, run_main

FLAGS = flags.FLAGS
flags.DEFINE_list("references", [], "Evaluated single-task runs that delta_m refers to, or their folder.")
flags.DEFINE_list("exported", [], "Formats the runs were exported to, or directories of exports, to score as well.")
flags.DEFINE_string("split", "val", "The split to score on.")
flags.DEFINE_integer("batch_size", 8, "Images at a time.")
flags.DEFINE_integer("step", None, "The checkpoint to score; the newest by default.")
flags.DEFINE_string("data", "", "Where the runs' data is now, if it has moved.")
flags.DEFINE_bool(
    "time",
    None,
    "Whether to measure milliseconds; by default those that are not known yet for these threads on this machine.",
)
flags.DEFINE_bool(
    "constant",
    False,
    "Whether to say how far each score is on the way from the best constant "
    "prediction's (0 %) to a perfect one (100 %).",
)
define_modules()


def main(argv: list[str]) -> None:
    """Scores the runs named on the command line, in their order."""
    if len(argv) < 2:
        raise app.UsageError("Name at least one run directory.")
    from bmt_tf.runs.folders import runs_in
    from bmt_tf.training import constant_scores_of_runs, evaluate

    run_dirs, named = runs_in(argv[1:], "run_dirs"), runs_in(FLAGS.references, "references")
    constant = constant_scores_of_runs(run_dirs, FLAGS.split, FLAGS.data) if FLAGS.constant else {}
    if constant:
        print("constant prediction:", _scores(constant), flush=True)
    for run_dir in run_dirs:
        references = () if os.path.abspath(run_dir) in map(os.path.abspath, named) else named
        metrics = evaluate(
            run_dir,
            references=references,
            split=FLAGS.split,
            batch_size=FLAGS.batch_size,
            step=FLAGS.step,
            time_it=FLAGS.time,
            data=FLAGS.data,
        )
        print(_line(run_dir, metrics, constant), flush=True)
        for exported in FLAGS.exported:
            from bmt_tf.export import evaluate_exported

            settings = {"references": references, "batch_size": FLAGS.batch_size, "data": FLAGS.data}
            found = evaluate_exported(run_dir, exported, time_it=FLAGS.time, **settings)
            print(f"{found['folder']}: {_scores(found['tasks'], constant)}{_gain(found)}", flush=True)


def _line(run_dir: str, metrics: dict, constant: dict) -> str:
    cost = f"{metrics['cost']['multiply_adds'] / 1e9:.3f} G multiply-adds"
    return f"{run_dir}: {_scores(metrics['tasks'], constant)}  {cost}{_gain(metrics)}"


def _gain(metrics: dict) -> str:
    return "" if metrics["delta_m"] is None else f"  delta_m {metrics['delta_m']['value']:+.2f} %"


def _scores(rows: dict, constant: dict | None = None) -> str:
    return "  ".join(
        _score(row, name, (constant or {}).get(name)) for name, row in rows.items() if row["value"] is not None
    )


def _score(row: dict, name: str, constant: dict | None) -> str:
    from bmt_tf.training import gap_closed

    text = f"{name} {row['measure']} {row['value']:.4g}{' ' + row['unit'] if row['unit'] else ''}"
    if constant is None or constant["value"] is None:
        return text
    return f"{text} ({gap_closed(row['value'], constant['value'], row['lower_is_better']):.0%} of the gap)"


if __name__ == "__main__":
    run_main(main)
