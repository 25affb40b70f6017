"""Names and options of ways to weigh losses: read from a text, refused by name, and written alike where alike."""

import pytest

from bmt_tf.runs.weightings import ALONE, CONSTANT, TOGETHER, WEIGHTINGS, WeightingChoice


@pytest.mark.parametrize("name", WEIGHTINGS)
def test_a_name_alone_has_every_option_at_its_default(name):
    choice = WeightingChoice.parse(name)
    assert choice.name == choice.text == name
    assert choice.options == {key: option.default for key, option in WEIGHTINGS[name].items()}
    assert all(option.holds(option.default) for option in WEIGHTINGS[name].values())


def test_options_are_of_the_kind_of_their_default():
    options = WeightingChoice.parse("mgda_ub:normaliser=loss+,divide=false").options
    assert options == {"normaliser": "loss+", "divide": False, "scale_heads": True}
    assert WeightingChoice.parse("balanced:batches=3").options == {"batches": 3}
    assert WeightingChoice.parse("gradnorm:alpha=0.5").options == {"alpha": 0.5, "rate": 0.025}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("gradnorm:alpha=1.5", "gradnorm"),
        ("gradnorm:rate=0.1,alpha=1.50", "gradnorm:rate=0.1"),
        ("mgda_ub:scale_heads=false,normaliser=loss", "mgda_ub:normaliser=loss,scale_heads=false"),
    ],
)
def test_equal_choices_have_one_text(text, same):
    assert WeightingChoice.parse(text).text == same
    assert WeightingChoice.parse(same) == WeightingChoice.parse(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("equal", "be one of fixed, uniform, balanced, uncertainty, dwa, gradnorm, mgda_ub"),
        ("", "be one of fixed, .*, mgda_ub"),
        ("uniform:batches=3", "have no option, as uniform has none"),
        ("dwa:alpha=3", "have options of dwa, temperature, once each"),
        ("gradnorm:alpha=1,alpha=2", "have options of gradnorm, alpha, rate, once each"),
        ("balanced:batches=0", "have an option batches that is at least 1"),
        ("balanced:batches=1.5", "have an option batches that is at least 1"),
        ("dwa:temperature=nan", "have an option temperature that is above 0 and finite"),
        ("gradnorm:alpha=-1", "have an option alpha that is finite and not negative"),
        ("uncertainty:rate=0", "have an option rate that is above 0 and finite"),
        ("mgda_ub:normaliser=l1", r"have an option normaliser that is one of none, l2, loss, loss\+"),
        ("mgda_ub:divide=yes", "have an option divide that is one of true, false"),
    ],
)
def test_what_is_no_way_or_no_option_is_refused_by_name(text, rule):
    with pytest.raises(ValueError, match=f"`weighting` must {rule}. Received: .*{text!r}"):
        WeightingChoice.parse(text)


def test_groups_of_ways_are_of_known_ones():
    assert {*ALONE, *CONSTANT, *TOGETHER} <= set(WEIGHTINGS)
