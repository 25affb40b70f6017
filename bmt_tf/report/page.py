"""The page of a study: `report.html`, with every figure inside, readable without a network."""

import datetime
import os

from bmt_tf import __version__
from bmt_tf import _files as files
from bmt_tf._pages import page_environment
from bmt_tf.report import sections
from bmt_tf.report.comparison import comparison_tables
from bmt_tf.report.embedding import compact_page
from bmt_tf.report.reading import read_study
from bmt_tf.report.sentences import findings
from bmt_tf.report.study import Study
from bmt_tf.report.sure import sure_section
from bmt_tf.report.wording import method_id

PAGE = "report.html"
MOST_OPEN = 8  # trees, fronts and findings that are shown at once; more open at a click


def write_report(study_dir: str | os.PathLike, output: str | os.PathLike = "") -> str:
    """Writes the page of a study, whole or not at all.

    Args:
        study_dir: Folder with run directories at any depth.
        output: The file to write; empty for `report.html` in the study's folder.

    Returns:
        Path of the page.
    """
    path = os.fspath(output) or files.join(os.fspath(study_dir), PAGE)
    files.write_bytes(path, render(read_study(study_dir)).encode())
    return path


def render(study: Study) -> str:
    """Returns the page of a study, a whole HTML document."""
    environment = page_environment("bmt_tf.report")
    environment.filters["method_id"] = method_id
    tables, details = comparison_tables(study.runs), sections.detail_section(study)
    page = environment.get_template("report.html.j2").render(
        study=study,
        tables=tables,
        comparison=sections.comparison_section(tables),
        methods=sections.methods_of(tables),
        most_open=MOST_OPEN,
        findings=[sentence for table in tables for sentence in findings(table)],
        differences=sections.difference_section(tables),
        gains=sections.gain_pictures(tables),
        sure=sure_section(study),
        trees=sections.tree_section(study),
        softly=sections.softly_section(study),
        fronts=sections.front_section(study),
        affinities=sections.affinity_section(study),
        searches=sections.search_section(study),
        versus=sections.versus_section(study),
        panels=sections.panel_section(study, tables),
        flags=sections.common_flags(details),
        details=details,
        version=__version__,
        date=datetime.date.today().isoformat(),
    )
    return compact_page(page)
