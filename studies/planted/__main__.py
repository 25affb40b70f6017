"""Plants two groups of tasks and sees whether BMN and BMTAS find them: one run of one seed, or what the runs come to.

bash scripts/study.sh planted                                                # all of it
python -m studies.planted --variant=bmn --seed=3 --runs=runs/planted/runs
python -m studies.planted --runs=runs/planted/runs --output=docs/planted.json
"""

import json
import os
import pathlib

from absl import app, flags

from bmt_tf import _files as files
from scripts.running import run_main

FLAGS = flags.FLAGS
flags.DEFINE_string("runs", "runs/planted/runs", "Folder of the runs, below it VARIANT/SEED.")
flags.DEFINE_string("variant", "", "Variant to run, of problem.VARIANTS; where none is named, what the runs come to.")
flags.DEFINE_integer("seed", 0, "Seed of images, weights and every draw.")
flags.DEFINE_string("output", "", "File for what the runs come to; none where empty.")
NAME = "planted.json"  # in the folder of a run


def main(argv: list[str]) -> None:
    """Runs a variant, or prints what the runs come to, and writes it."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    from studies.planted import problem

    if FLAGS.variant:
        if FLAGS.variant not in problem.VARIANTS:
            raise app.UsageError(f"--variant must be among {list(problem.VARIANTS)}. Received: {FLAGS.variant!r}.")
        folder = os.path.join(FLAGS.runs, FLAGS.variant, str(FLAGS.seed))
        files.write_json(os.path.join(folder, NAME), problem.planted_run(FLAGS.variant, FLAGS.seed, folder))
        return
    found = [files.read_json(str(path)) for path in pathlib.Path(FLAGS.runs).glob(f"*/*/{NAME}")]
    if not found:
        raise app.UsageError(f"--runs must be a folder of runs. Received: {FLAGS.runs!r}, which has no */*/{NAME}.")
    variants = list(problem.VARIANTS)
    rows = sorted(found, key=lambda row: (row["seed"], variants.index(row["variant"])))
    lines = problem.summary(rows)
    _print(lines, problem.chances())
    if FLAGS.output:
        files.write_bytes(FLAGS.output, _result(problem, rows, lines).encode())


def _result(problem, rows: list[dict], lines: list[dict]) -> str:
    """Returns the result as JSON, with a line for each run."""
    from bmt_tf.runs.software import versions

    head = {
        "versions": versions(),
        "processors": os.cpu_count(),
        "settings": problem.settings(),
        "chance": problem.chances(),
        "summary": lines,
    }
    runs = ",\n  ".join(json.dumps(row) for row in rows)
    return f'{json.dumps(head, indent=1)[:-2]},\n "runs": [\n  {runs}\n ]\n}}\n'


def _print(lines: list[dict], chances: dict[str, float]) -> None:
    print(
        f"{'variant':18}{'lambda':>8}{'right':>8}{'as bmtas':>10}{'mean cost':>11}{'seconds':>9}{'ms alpha':>10}"
        f"{'ms theta':>10}"
    )
    for line in lines:
        cells = {name: "-" if cell is None else f"{cell:g}" for name, cell in line.items() if name != "variant"}
        seeds = cells["seeds"]
        print(
            f"{line['variant']:18}{cells['trade_off']:>8}{cells['right'] + '/' + seeds:>8}"
            f"{cells['same_tree_as_bmtas'] + '/' + seeds:>10}{line['mean_cost']:>11,.0f}"
            f"{cells['median_seconds']:>9}{cells['alpha_milliseconds']:>10}{cells['theta_milliseconds']:>10}"
        )
    print("\nright by chance: " + ", ".join(f"{chance:.2g} of {trees}" for trees, chance in chances.items()))


if __name__ == "__main__":
    run_main(main)
