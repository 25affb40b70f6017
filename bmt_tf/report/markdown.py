"""A comparison table as Markdown, for a terminal, an issue or a README."""

from bmt_tf.report.repetition import repeats
from bmt_tf.report.tables import Cell, Table


def markdown_table(table: Table) -> str:
    """Returns a table of networks as Markdown, one line per network, the best number of each column in bold.

    Below them, mean and standard deviation of networks that differ by chance alone (see `repeats`).

    Args:
        table: The comparison table.
    """
    columns = [f"{column.heading} ({column.note})" if column.note else column.heading for column in table.columns]
    lines = [["network", "tree", "seed", *columns], ["---"] * 3 + ["---:"] * len(columns)]
    for entry, cells in zip(table.entries, table.rows, strict=True):
        lines.append([entry.name, entry.about, entry.seed, *map(_in_words, cells)])
    for repeat in repeats(table):
        lines.append([", ".join(repeat.names), repeat.about, f"{len(repeat.names)} runs", *repeat.texts])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _in_words(cell: Cell) -> str:
    return f"**{cell.text}**" if cell.best else cell.text
