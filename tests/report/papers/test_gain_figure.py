"""Gain against cost as the papers draw it: printed rows, and runs beside them where their costs are near."""

import pytest
from matplotlib.figure import Figure

from bmt_tf.report.papers.gain_figure import add_legend, draw_panel, gain_panels, note_below, printed_points
from bmt_tf.report.papers.printed import paper_table

TABLES = [paper_table("bmtas.1"), paper_table("bmtas.D-1")]


def test_rows_with_a_cost_and_a_gain_are_points():
    found = {row.name: (cost, gain) for row, cost, gain in printed_points(paper_table("bmtas.D-1"))}
    assert found["BMTAS-2"] == (225.8, -2.56) and "MTAN" not in found and len(found) == 5


def test_runs_stand_beside_the_table_of_their_encoder_if_they_are_as_dear_and_by_themselves_otherwise(pascal):
    mobilenet, resnet, tiny = gain_panels(TABLES, pascal)
    assert [len(one.ours) for one in (mobilenet, resnet, tiny)] == [1, 0, 1]
    assert tiny.printed is None and tiny.title == "runs: mine, narrow, 32 \u00d7 64"
    assert [one.ours for one in gain_panels(TABLES, None)] == [(), ()]


def test_every_point_wants_its_name(pascal):
    panel = gain_panels(TABLES, pascal)[0]
    axes = Figure().add_subplot()
    points = {name: (cost, gain) for cost, gain, name in draw_panel(axes, panel)}
    assert points["BMTAS-1"] == (7.5, -3.44) and points["bmtas_2"] == pytest.approx((9.3, -1.0))
    assert axes.get_xlabel() == "the papers' MAdds (G)" and axes.get_title().startswith("BMTAS, table 1")


def test_choices_of_rising_budget_are_a_path_and_seeds_one_point(cityscapes):
    axes = Figure().add_subplot()
    draw_panel(axes, gain_panels([paper_table("bmn.1")], cityscapes)[0])
    paths = {line.get_gid(): line.get_xdata() for line in axes.lines if line.get_gid()}
    assert list(paths["method.bmn.front.parameters.0"]) == sorted(paths["method.bmn.front.parameters.0"])
    marks = [name for name in paths if name.startswith("method.bmn.point")]
    assert len(marks) == len(paths["method.bmn.front.parameters.0"]) == len(cityscapes.fronts[0].points) - 2
    assert not any(".ring." in name for name in paths)


def test_of_all_trees_the_paths_go_through_those_that_are_chosen_for_some_budget(listed):
    axes = Figure().add_subplot()
    draw_panel(axes, gain_panels([paper_table("bmn.1")], listed)[0])
    drawn = {line.get_gid(): line.get_xdata() for line in axes.lines if line.get_gid()}
    assert len([name for name in drawn if ".point." in name]) == 35
    for method, front in zip(("bmn", "fafs"), listed.fronts, strict=True):
        costs = [point.cost / 1e6 for point in front.points]
        assert list(drawn[f"method.{method}.front.parameters.0"]) == pytest.approx(costs)
        assert list(drawn[f"method.{method}.ring.parameters.0"]) == pytest.approx(costs)
    figure = axes.figure
    add_legend(figure)
    assert {"all", "bmn", "fafs"} <= {text.get_text() for text in figure.legends[0].get_texts()}


def test_the_legend_has_a_method_once_and_says_what_is_printed(pascal):
    figure = Figure()
    for axes, panel in zip(figure.subplots(1, 3), gain_panels(TABLES, pascal), strict=True):
        draw_panel(axes, panel)
    add_legend(figure)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert len(set(names)) == len(names) and {"bmtas", "mtan", "open: printed"} <= set(names)
    note_below(figure.axes[0], "a remark")
    assert figure.axes[0].texts[-1].get_text() == "a remark"
