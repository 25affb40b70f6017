"""The printed tables: whole, consistent in themselves, and with counts that round to the print."""

import itertools
import math

import pytest

from bmt_tf.report.papers.printed import as_printed, decimals_of, number_of, paper_table, table_names
from bmt_tf.tasks.delta import delta_m

# Gains are computed from unrounded scores. In BMN, table 2, a keypoint error of 0.23 may be off by 2 %.
GAIN_TOLERANCE = {"bmtas.1": 0.03, "bmtas.2": 0.03, "bmtas.3": 0.03, "bmtas.D-1": 0.03, "bmn.1": 0.15, "bmn.2": 2.5}
# Twice the multiply-adds, by the papers' own counter, or the parameters: table, row -> count.
COUNTS = {
    ("bmtas.1", "Single"): 31_459_130_752 / 2,
    ("bmtas.1", "Shared"): 11_972_591_488 / 2,
    ("bmtas.1", "C.-S."): 31_459_130_752 / 2,
    ("bmtas.1", "NDDR-CNN"): 43_548_556_672 / 2,
    ("bmtas.2", "Single"): 508_720_764_160 / 2,
    ("bmtas.2", "Shared"): 244_485_095_680 / 2,
    ("bmtas.2", "C.-S."): 508_720_764_160 / 2,
    ("bmtas.2", "NDDR-CNN"): 732_314_661_120 / 2,
    ("bmtas.2", "MTAN"): 1_200_112_121_600 / 2,
    ("bmtas.D-1", "Single"): 691_302_824_704 / 2,
    ("bmtas.D-1", "Shared"): 309_170_274_048 / 2,
}
STAGES, STEM = (215_808, 1_219_584, 7_098_368, 14_964_736), 9_536  # parameters of ResNet-50


def _rows(name):
    return {row.name: row for row in paper_table(name).rows}


@pytest.mark.parametrize("name", table_names())
def test_every_row_has_a_cell_per_column_and_every_number_can_be_read(name):
    table = paper_table(name.upper())
    assert table is not None and table.name == name and table.tasks
    for row in table.rows:
        assert len(row.values) == len(table.columns)
        assert all(math.isfinite(number_of(value)) for value in row.values if value is not None)
        assert (row.counted is None) == (row.agreement == "")
        if table.cost:
            assert row.counted is not None or row.note or row.quoted  # says why not


@pytest.mark.parametrize("name", GAIN_TOLERANCE)
def test_printed_gains_follow_from_the_printed_scores(name):
    table = paper_table(name)
    tasks = [(place, column) for place, column in enumerate(table.columns) if column.group == "task"]
    lower = {column.name: column.better == "lower" for _, column in tasks}
    reference = table.rows[0] if name != "bmtas.3" else paper_table("bmtas.1").rows[0]
    shift = 1 if name == "bmtas.3" else 0  # there, costs stand first
    single = {column.name: number_of(reference.values[place + shift]) for place, column in tasks}
    for row in table.rows:
        if row.values[-1] is not None:
            scores = {column.name: number_of(row.values[place]) for place, column in tasks}
            assert delta_m(scores, single, lower) == pytest.approx(
                number_of(row.values[-1]), abs=GAIN_TOLERANCE[name]
            ), row.name


@pytest.mark.parametrize("name", table_names())
def test_counts_give_the_printed_digits_as_the_row_says(name):
    table = paper_table(name)
    for row in table.rows:
        if row.counted is not None:
            printed = row.values[table.columns.index(table.cost)]
            assert (as_printed(row, table.cost, printed) == printed) == (row.agreement != "none"), row.name


@pytest.mark.parametrize(("table", "row"), COUNTS)
def test_counts_of_multiply_adds_are_those_that_the_cost_tables_are_held_to(table, row):
    assert _rows(table)[row].counted == COUNTS[table, row]


def test_counts_of_parameters_follow_from_the_parts():
    decoders = sum(2048 * 512 * 4 + 4 * 1024 + 9 * 4096 * 512 + 1024 + 513 * n for n in (19, 2, 1))
    rows, encoder = _rows("bmn.1"), STEM + sum(STAGES)
    assert rows["Single task"].counted == 3 * encoder + decoders
    assert rows["MTL baseline"].counted == encoder + decoders
    assert rows["Cross-stitch"].counted == 3 * encoder + decoders + 9 * (256 + 512 + 1024 + 2048)
    units = sum(3 * (3 * width**2 + 2 * width) for width in (256, 512, 1024, 2048))
    assert rows["NDDR-CNN"].counted == 3 * encoder + decoders + units
    for row, branches in (("Ours - 1", (1, 1, 1, 2)), ("Ours - 2", (1, 1, 2, 2)), ("Ours - 3", (1, 2, 2, 2))):
        blocks = sum(count * stage for count, stage in zip(branches, STAGES, strict=True))
        assert rows[row].counted == STEM + blocks + decoders
    widths = (3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)
    vgg = sum(9 * a * b for a, b in itertools.pairwise(widths))
    assert _rows("bmn.3")["VGG-16 Baseline"].counted == vgg + 49 * 512 * 4096 + 4096**2 + 4096 * 40
    assert _rows("bmn.3")["ResNet-18 (MGDA-UB)"].counted == _resnet18()


def test_counts_of_taskonomy_follow_from_the_parts_and_differ_as_in_print():
    widths = (2048, 8, 1024, 1024, 512, 256, 256, 128, 64, 64, 32, 32, 16, 32, 16)
    layers = sum(9 * a * b + 2 * b for a, b in itertools.pairwise(widths))
    scene = 9 * 2048 * 8 + 16 + 2048**2 + 2 * 2048 + (2048 + 1) * 63
    decoders = sum(layers + 9 * 16 * n + n for n in (1, 17, 1, 1)) + scene
    rows, encoder = _rows("bmn.2"), STEM + sum(STAGES)
    single, shared = rows["Single task"].counted, rows["MTL baseline"].counted
    assert (single, shared) == (5 * encoder + decoders, encoder + decoders)
    assert rows["Cross-stitch"].counted == single + 25 * (256 + 512 + 1024 + 2048)
    assert rows["NDDR-CNN"].counted == single + sum(5 * (5 * width**2 + 2 * width) for width in (256, 512, 1024))
    for number, branches in enumerate(((1, 1, 3, 3), (1, 1, 3, 4), (1, 1, 4, 4)), start=1):
        for name in (f"FA-{number}", f"Ours-{number}"):
            assert rows[name].counted - shared == sum(
                (n - 1) * stage for n, stage in zip(branches, STAGES, strict=True)
            )
    printed = {name: float(row.values[-2]) for name, row in rows.items()}
    for name, row in rows.items():  # each of the two printed numbers is up to one off, rounded or rounded down
        difference = (row.counted - shared) / 1e6
        assert abs(difference - (printed[name] - printed["MTL baseline"])) < 1.1, name


def _resnet18():
    total, before = 9 * 3 * 64 + 128, 64
    for width in (64, 128, 256, 512):
        first = 9 * before * width + 9 * width**2 + 4 * width
        shortcut = before * width + 2 * width if width != before else 0
        total += first + shortcut + 2 * 9 * width**2 + 4 * width
        before = width
    return total


def test_quoted_rows_say_whom_they_are_from():
    quoted = [row for row in paper_table("bmn.3").rows if row.quoted]
    assert len(quoted) == 14 and all(row.source for row in quoted)
    assert [row.name for row in paper_table("bmtas.C-1").rows if row.quoted] == [
        "MobileNetV2, ASTMT",
        "ResNet-50, ASTMT",
    ]
    assert not any(row.quoted for name in ("bmtas.1", "bmtas.2", "bmn.1", "bmn.2") for row in paper_table(name).rows)


def test_numbers_keep_their_printed_digits():
    assert decimals_of("64.25±0.20") == 2 and decimals_of("138") == 0 and decimals_of(None) == 0
    assert number_of("-2.47±0.39") == -2.47 and math.isnan(number_of(None))


def test_unknown_table_is_refused_with_the_names():
    with pytest.raises(ValueError, match=r"`table` must be one of bmtas.1, .*bmn.3. Received: table='bmtas.4'"):
        paper_table("bmtas.4")
