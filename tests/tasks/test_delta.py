"""delta_m: hand-computed values, and what is refused."""

import pytest

from bmt_tf.tasks import delta_m

LOWER = {"semseg": False, "depth": True}


def test_value_by_hand():
    # (0.33 - 0.30) / 0.30 = +10 %; depth from 0.8 to 0.84 m = -5 %.
    assert delta_m({"semseg": 0.33, "depth": 0.84}, {"semseg": 0.30, "depth": 0.80}, LOWER) == pytest.approx(2.5)


def test_published_value():
    """BMTAS, table 1: all tasks shared against single tasks, MobileNetV2 on PASCAL-Context."""
    names = ["semseg", "human_parts", "saliency", "normals", "edge"]
    single = dict(zip(names, [65.11, 57.54, 65.41, 13.98, 69.50], strict=True))
    shared = dict(zip(names, [59.69, 55.96, 63.03, 16.02, 67.80], strict=True))
    assert delta_m(shared, single, {name: name == "normals" for name in names}) == pytest.approx(-6.35, abs=0.005)


def test_equal_scores_give_zero_and_units_do_not_matter():
    scores, references = {"semseg": 0.4, "depth": 0.7}, {"semseg": 0.5, "depth": 0.9}
    assert delta_m(references, references, LOWER) == 0
    scaled = delta_m({"semseg": 40, "depth": 700}, {"semseg": 50, "depth": 900}, LOWER)
    assert scaled == pytest.approx(delta_m(scores, references, LOWER))


def test_further_references_do_no_harm():
    assert delta_m({"depth": 0.9}, {"depth": 1.0, "edge": 0.5}, LOWER) == pytest.approx(10)


@pytest.mark.parametrize(
    ("scores", "references", "message"),
    [
        ({}, {}, "`scores` must hold at least one"),
        ({"semseg": 1, "depth": 1}, {"depth": 1}, "`references`.*Missing: semseg"),
        ({"edge": 1}, {"edge": 1}, "`lower_is_better`.*Missing: edge"),
        ({"depth": float("nan")}, {"depth": 1}, "`scores` must be finite.*nan.*'depth'"),
        ({"depth": 1}, {"depth": float("inf")}, "`references` must be finite.*inf.*'depth'"),
        ({"depth": 1}, {"depth": 0}, "`references` must not be zero.*'depth'"),
    ],
)
def test_what_cannot_be_compared_is_refused(scores, references, message):
    with pytest.raises(ValueError, match=message):
        delta_m(scores, references, LOWER)
