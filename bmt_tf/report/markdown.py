"""A comparison table as Markdown, for a terminal, an issue or a README."""

from bmt_tf.report.differences import compared_methods, difference_text, rivals_of
from bmt_tf.report.lines import lines_of
from bmt_tf.report.tables import Cell, Table


def markdown_table(table: Table) -> str:
    """Returns a table of networks as Markdown, one line per network, the best number of each column in bold.

    Below them, mean and standard error of networks that differ by chance alone (see `lines_of`). Many tasks have a
    table of their own, one line per task.

    Args:
        table: The comparison table.
    """
    headings = [f"{column.heading} ({column.note})" if column.note else column.heading for column in table.columns]
    lines = [["network", "tree", "seed", *(headings[number] for number in table.beside)]]
    for entry, cells in zip(table.entries, table.rows, strict=True):
        lines.append([entry.name, entry.about, entry.seed, *(_in_words(cells[number]) for number in table.beside)])
    for line in lines_of(table):
        if line.several:
            shown = (line.cells[number].whole for number in table.beside)
            lines.append([line.entry.name, line.entry.about, line.entry.seed, *shown])
    tasks = [["task", *(entry.name for entry in table.entries)]]
    for number in (number for group in table.by_task for number in group):
        tasks.append([headings[number], *(_in_words(cells[number]) for cells in table.rows)])
    return _lines(lines, 3) + ("\n\n" + _lines(tasks, 1) if len(tasks) > 1 else "")


def markdown_differences(table: Table) -> str:
    """Returns each choice of a method beside its rivals of equal cost as Markdown (see `compared_methods`).

    Args:
        table: The comparison table; where its networks have no two seeds the text is empty.
    """
    compared = compared_methods(table)
    rivals = rivals_of(compared)
    lines = [["delta_m (%) of", *(f"less {name}" for name in rivals)]]
    for one in compared:
        texts = (difference_text(one.rivals.get(name)) for name in rivals)
        lines.append([one.name, *(f"{text} ({sure})" if sure else text for text, sure in texts)])
    return _lines(lines, 1) if compared else ""


def _lines(rows: list[list[str]], texts: int) -> str:
    """Returns rows as Markdown, the first as their heading; the columns after the texts are numbers."""
    rule = ["---"] * texts + ["---:"] * (len(rows[0]) - texts)
    return "\n".join(f"| {' | '.join(line)} |" for line in (rows[0], rule, *rows[1:]))


def _in_words(cell: Cell) -> str:
    return f"**{cell.text}**" if cell.best else cell.text
