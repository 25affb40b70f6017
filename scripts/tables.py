"""Prints the tables of the two papers: printed rows, counted costs, and runs beside them.

python scripts/tables.py --table=bmtas.1
python scripts/tables.py --table=bmtas.2 --runs=runs/nyud --format=latex
"""

from absl import app, flags
from running import define_modules, run_main

FLAGS = flags.FLAGS
flags.DEFINE_list(
    "table", [], "bmtas.1, bmtas.2, bmtas.3, bmtas.C-1, bmtas.D-1, bmn.1, bmn.2 or bmn.3, or several; all by default."
)
flags.DEFINE_string("runs", "", "Folder of run directories, evaluated, to be shown beside the printed rows.")
flags.DEFINE_enum("format", "markdown", ["markdown", "latex", "html"], "How the tables are written.")
define_modules()


def main(argv: list[str]) -> None:
    """Prints each table, where runs are given once for each of their settings."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    from bmt_tf.report.papers import beside, paper_grid, paper_table, table_names, text_of

    tables = [paper_table(name) for name in FLAGS.table or table_names()]
    study = None
    if FLAGS.runs:
        from bmt_tf.report import read_study

        study = read_study(FLAGS.runs)
        for remark in study.remarks:
            print(f"% {remark}" if FLAGS.format == "latex" else f"<!-- {remark} -->")
    for table in tables:
        found = beside(table, study) if study else ()
        for runs in found or (None,):
            print(text_of(paper_grid(table, runs), FLAGS.format), end="\n\n")
        if study and not found:
            note = f"{FLAGS.runs} has no evaluated runs of the tasks {', '.join(table.tasks)}."
            print(f"% {note}\n" if FLAGS.format == "latex" else f"<!-- {note} -->\n")


if __name__ == "__main__":
    run_main(main)
