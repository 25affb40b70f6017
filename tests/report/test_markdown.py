"""The comparison table as Markdown says what the table says."""

from bmt_tf.report import comparison_tables, markdown_table, read_study


def test_every_cell_stands_in_the_row_and_column_of_the_table(study_dir):
    (table,) = comparison_tables(read_study(study_dir).runs)
    head, rule, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in markdown_table(table).splitlines()
    ]
    assert [cell.partition(" (")[0] for cell in head[3:]] == [column.heading for column in table.columns]
    assert len(rule) == len(head) and all(set(cell) <= {"-", ":"} for cell in rule)
    assert [row[0] for row in rows] == [entry.name for entry in table.entries]
    for row, cells in zip(rows, table.rows, strict=True):
        assert [cell.strip("*") for cell in row[3:]] == [cell.text for cell in cells]
        assert [cell.startswith("**") for cell in row[3:]] == [cell.best for cell in cells]
