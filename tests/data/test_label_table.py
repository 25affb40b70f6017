"""Attributes of images in one table."""

import json

import numpy as np
import pytest

from bmt_tf.data import check_data, open_data
from bmt_tf.data.label_table import LabelTable, read_csv
from bmt_tf.tasks import get_task


@pytest.fixture
def table(tmp_path):
    """Function from the bytes of a table to what is read of its columns."""

    def read(content, *columns):
        (tmp_path / "labels.csv").write_bytes(content)
        return read_csv(str(tmp_path / "labels.csv"), columns)

    return read


def labels(table, columns, ids):
    task = get_task("attributes", name="some", classes=columns)
    return [table.reader(columns)("", id_, task).tolist() for id_ in ids]


def test_cells_are_found_by_the_names_of_their_columns(table):
    found = table(b"\xef\xbb\xbfimage, lit ,wet\r\na.jpg,1,0\r\nb,,1\r\n\r\nc.d.png,255,0\r\n", "wet", "lit")
    assert labels(found, ("wet", "lit"), ["a", "b", "c.d"]) == [[0, 1], [1, 255], [0, 255]]
    assert labels(found, ("lit",), ["b"]) == [[255]]
    assert dict(found.paths()) == dict.fromkeys(["a", "b", "c.d"], found.path) and len(found.paths()) == 3
    assert found.paths().get("d") is None


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", r"one column for each of \['lit'\]\. Received: \[\]"),
        (b"image,wet\na,1\n", r"one column for each of \['lit'\]\. Received: \['image', 'wet'\]"),
        (b"image,lit,lit\na,1,1\n", "one column for each"),
        (b"image,lit\na,1\nb,2\n", r"row 3 of the table must have 2 cells, .* 0, 1 or empty\. Received: \['b', '2'\]"),
        (b"image,lit\na\n", "row 2 of the table must have 2 cells"),
        (b"image,lit\na,1\na.png,0\n", "one row for each image. Received: more of 'a'"),
        (b"image,lit\n\xff,1\n", "must be text with commas"),
    ],
)
def test_tables_that_say_something_else_are_refused_by_their_name(table, content, message):
    with pytest.raises(ValueError, match=rf"labels\.csv: .*{message}"):
        table(content, "lit")


def test_a_data_folder_may_have_a_table(data_folder):
    settings = json.loads((data_folder / "dataset.json").read_text())
    settings["tasks"] |= {
        "lit": {"kind": "attributes", "classes": ["lit"], "table": "labels.csv"},
        "weather": {"kind": "attributes", "classes": ["wet", "lit"], "table": "labels.csv"},
    }
    (data_folder / "dataset.json").write_text(json.dumps(settings))
    (data_folder / "train" / "labels.csv").write_text("image,lit,wet\na.png,1,0\nc.png,,1\n")
    (data_folder / "val" / "labels.csv").write_text("image,lit,wet\nd,0,0\ne,1,1\n")
    assert check_data(str(data_folder)) == []
    source = open_data(str(data_folder), "train")
    found = [(one["labels"]["lit"].tolist(), one["labels"]["weather"].tolist()) for one in source]
    assert found == [([1], [0, 1]), ([255], [255, 255]), ([255], [1, 255])]
    before = source.fingerprint()
    (data_folder / "train" / "labels.csv").write_text("image,lit,wet\na.png,1,0\nx.png,,1\n")
    assert open_data(str(data_folder), "train").fingerprint() != before
    assert [str(one) for one in check_data(str(data_folder), tasks=["lit"])] == [
        f"{data_folder}/train/labels.csv: a label must have an image of the same name. Received: none for 'x'."
    ]
    settings["tasks"] = {"lit": {"kind": "attributes", "channels": 2, "table": "labels.csv"}}
    (data_folder / "dataset.json").write_text(json.dumps(settings))
    with pytest.raises(ValueError, match="`classes` of task 'lit' must name the columns of its table"):
        open_data(str(data_folder), "train")


def test_values_are_those_of_the_rows():
    table = LabelTable("x.csv", ("a", "b"), ("i", "j"), np.uint8([[0, 1], [255, 0]]))
    assert labels(table, ("b", "a"), ["j", "i"]) == [[0, 255], [1, 0]]
