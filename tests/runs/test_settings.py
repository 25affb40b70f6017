"""Settings state their rules, and what may differ between two runs, at the field."""

import dataclasses
from collections.abc import Iterator

import pytest

from bmt_tf.runs.settings import EncoderSettings, Pair, Rule, Settings, is_size, setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class Made(Settings):
    """Settings made up for these tests."""

    number: int
    names: tuple[str, ...] = ()
    place: str = setting("", may_differ=Pair.ANY)
    weights: dict[str, float] = setting(factory=dict, may_differ=Pair.SCORES | Pair.SINGLES)

    def _rules(self) -> Iterator[Rule]:
        yield "number", self.number != 0, "not be zero"
        yield "number", 1 / self.number > 0, "be positive"  # relies on the rule before


@pytest.mark.parametrize(("number", "rule"), [(0, "not be zero"), (-2, "be positive")])
def test_the_first_rule_that_does_not_hold_is_named_with_what_was_received(number, rule):
    with pytest.raises(ValueError, match=f"^`number` must {rule}. Received: number={number}.$"):
        Made(number=number)


def test_settings_come_back_from_json_as_they_were():
    made = Made(number=3, names=["a", "b"], weights={"a": 2.0})
    assert made.names == ("a", "b")
    assert Made.from_json(made.to_json()) == made
    assert made.to_json()["names"] == ["a", "b"]


def test_what_is_no_setting_is_refused():
    with pytest.raises(ValueError, match=r"settings of Made. Received: \['colour'\]"):
        Made.from_json({"number": 1, "colour": "red"})


def test_settings_differ_in_what_must_be_equal_in_a_pair_and_in_nothing_else():
    one = Made(number=1, names=("a",), place="here", weights={"a": 1.0})
    two = Made(number=2, names=("a",), place="there", weights={"a": 2.0})
    assert one.differing(two, Pair.SCORES) == {"number": (1, 2)}
    assert one.differing(two, Pair.PARTS) == {"number": (1, 2), "weights": ({"a": 1.0}, {"a": 2.0})}
    assert Made.equal_in(Pair.SINGLES) == ("number", "names")


@pytest.mark.parametrize("change", [{"output_stride": 12}, {"folded": -1}])
def test_an_encoder_that_cannot_be_is_refused(change):
    with pytest.raises(ValueError, match=f"`{next(iter(change))}` must"):
        EncoderSettings(**change)


def test_a_size_is_two_sides_of_a_pixel_or_more():
    assert is_size((1, 7))
    assert not any(map(is_size, ((), (96,), (96, 0), (1, 2, 3))))
