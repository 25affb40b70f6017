"""Prints the tables of the two papers: printed rows, counted costs, and runs beside them; or draws one of the figures.

python scripts/tables.py --table=bmtas.1
python scripts/tables.py --table=bmtas.2 --runs=runs/nyud --format=latex
python scripts/tables.py --figure=bmtas.2
python scripts/tables.py --figure=bmn.2b --runs=runs/bmn_cityscapes --output=figure.pdf
"""

from absl import app, flags
from running import define_modules, run_main

FLAGS = flags.FLAGS
flags.DEFINE_list(
    "table", [], "bmtas.1, bmtas.2, bmtas.3, bmtas.C-1, bmtas.D-1, bmn.1, bmn.2 or bmn.3, or several; all by default."
)
flags.DEFINE_string("figure", "", "bmn.2a, bmn.2b, bmtas.2 or bmtas.3, to be drawn instead of the tables.")
flags.DEFINE_string("output", "", "The figure's file, .svg, .png or .pdf; by default it is called like the figure.")
flags.DEFINE_string("runs", "", "Folder of run directories, evaluated, to be shown beside what is printed.")
flags.DEFINE_enum("format", "markdown", ["markdown", "latex", "html"], "How the tables are written.")
define_modules()


def main(argv: list[str]) -> None:
    """Prints each table, where runs are given once for each of their settings."""
    if len(argv) > 1:
        raise app.UsageError(f"All settings are flags. Received: {argv[1:]}.")
    if FLAGS.figure and (FLAGS.table or FLAGS["format"].present):
        raise app.UsageError("`figure` is drawn instead of tables: give neither `table` nor `format` with it.")
    if FLAGS.output and not FLAGS.figure:
        raise app.UsageError("`output` is the file of a figure; tables are printed. Name one by `figure`.")
    study = None
    if FLAGS.runs:
        from bmt_tf.report import read_study

        study = read_study(FLAGS.runs)
    _draw(study) if FLAGS.figure else _print(study)


def _draw(study) -> None:
    from bmt_tf.report.papers import paper_figure, write_figure

    output = FLAGS.output or f"{FLAGS.figure}.svg"
    write_figure(paper_figure(FLAGS.figure, study), output)
    print(output)


def _print(study) -> None:
    from bmt_tf.report.papers import beside, paper_grid, paper_table, table_names, text_of

    tables = [paper_table(name) for name in FLAGS.table or table_names()]
    for remark in study.remarks if study else ():
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
