"""Plants two groups of tasks and sees whether BMN and BMTAS find them; writes every run, and a summary, to one file.

    python -m studies.planted --output=docs/planted.json
    python -m studies.planted --variants=bmn,bmtas --seeds=3

A study that was stopped goes on where it stopped: runs that are finished in --runs are not done again.
"""

import json
import os
import sys

from absl import app, flags

from bmt_tf import _files as files
from scripts.running import run_main

FLAGS = flags.FLAGS
flags.DEFINE_string("output", "", "File for the result; none where empty.")
flags.DEFINE_string("runs", "runs/planted", "Folder for the files of the runs.")
flags.DEFINE_integer("seeds", 10, "How many seeds each variant runs with.", lower_bound=1)
flags.DEFINE_list("variants", [], "Variants to run, of problem.VARIANTS; all where none are named.")


def main(argv: list[str]) -> None:
    """Runs what has not been run, prints the summary, and writes the result."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    from studies.planted import problem

    unknown = set(FLAGS.variants) - set(problem.VARIANTS)
    if unknown:
        raise app.UsageError(f"--variants must be among {list(problem.VARIANTS)}. Received: {sorted(unknown)}.")
    variants = FLAGS.variants or list(problem.VARIANTS)
    rows = [_row(problem, variant, seed) for seed in range(FLAGS.seeds) for variant in variants]
    lines = problem.summary(rows)
    _print(lines, problem.chances())
    if FLAGS.output:
        files.write_bytes(FLAGS.output, _result(problem, rows, lines).encode())


def _row(problem, variant: str, seed: int) -> dict:
    """Returns the result of one run, which is made unless it is there."""
    folder = os.path.join(FLAGS.runs, variant, str(seed))
    path = os.path.join(folder, "planted.json")
    if not os.path.exists(path):
        import keras

        keras.backend.clear_session()
        row = problem.planted_run(variant, seed, folder)
        files.write_json(path, row)
    return files.read_json(path)


def _result(problem, rows: list[dict], lines: list[dict]) -> str:
    """Returns the result as JSON, with a line for each run."""
    from bmt_tf.runs.software import versions

    head = {
        "command": " ".join(["python -m studies.planted", *sys.argv[1:]]),
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
