"""The figure of a front marks what was chosen and says in which unit costs are."""

from bmt_tf.report import figures
from bmt_tf.report.study import Front, FrontPoint


def test_the_front_marks_the_choice_and_states_the_unit(study, words):
    shown = words(figures.front_picture(study.fronts[0]))
    assert "multiply-adds (G)" in shown and "chosen" in shown
    assert "most likely routing" not in shown
    assert "most likely routing" in words(figures.front_picture(study.fronts[0], (2e8, 3.0)))
    plain = Front("mine", tuple(FrontPoint(n, -n, False, "1") for n in range(3)))
    assert "chosen" not in words(figures.front_picture(plain))


def test_equal_input_gives_equal_files(study):
    assert figures.front_picture(study.fronts[0]) == figures.front_picture(study.fronts[0])
