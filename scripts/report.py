"""Writes one self-contained page, report.html, for a folder of run directories, and prints its table as Markdown.

python scripts/report.py runs/demo
python scripts/report.py runs/demo --output=page.html --panels=0
"""

from absl import app, flags
from running import define_modules, run_main

FLAGS = flags.FLAGS
flags.DEFINE_string("output", "", "The page; report.html in the folder by default.")
flags.DEFINE_integer("panels", 3, "Images whose predictions are drawn for runs of several tasks that have none yet.", 0)
flags.DEFINE_string("split", "val", "The split whose images are drawn.")
flags.DEFINE_string("data", "", "Where the runs' data is now, if it has moved.")
define_modules()


def main(argv: list[str]) -> None:
    """Writes the page of the folder named on the command line."""
    if len(argv) != 2:
        raise app.UsageError("Name one folder of run directories.")
    from bmt_tf.report import (
        comparison_tables,
        markdown_differences,
        markdown_table,
        pictured_runs,
        read_study,
        write_report,
    )

    study = read_study(argv[1])
    pictured = pictured_runs(study, comparison_tables(study.runs)) if FLAGS.panels else []
    for run in (reported.run for reported in pictured if not reported.single and not reported.panels):
        if run is not None and run.saved_steps:
            from bmt_tf.training import write_panels

            write_panels(run.path, split=FLAGS.split, count=FLAGS.panels, data=FLAGS.data)
    for table in comparison_tables(read_study(argv[1]).runs):
        texts = (markdown_table(table), markdown_differences(table))
        print(*filter(None, texts), sep="\n\n", end="\n\n")
    print(write_report(argv[1], FLAGS.output))


if __name__ == "__main__":
    run_main(main)
