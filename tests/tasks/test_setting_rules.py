"""What the rules for settings let pass."""

import pytest

from bmt_tf.tasks import setting_rules as rules

ODD = (None, True, "1", [], {}, float("nan"), float("inf"), 10**400)


@pytest.mark.parametrize(
    "rule, right, wrong",
    [
        (rules.NUMBER, (0, -1.5), ODD),
        (rules.POSITIVE, (0.1, 3), (0, -1, *ODD)),
        (rules.number(0, 1), (0, 1), (-0.1, 1.1, *ODD)),
        (rules.BYTE, (0, 255), (-1, 256, 1.0, *ODD)),
        (rules.RANGE, ([0, 1],), ([1, 0], [1], [0, 1, 2], *ODD)),
        (rules.list_of(rules.BYTE, "a list"), ([1], [1, 1]), ([1, None], 1, *ODD)),
        (rules.distinct(rules.list_of(rules.TEXT, "a list")), (["a", "b"],), (["a", "a"], [[]], "ab", *ODD)),
        (rules.either(rules.BYTE, rules.NULL), (3, None), (True, "1", [])),
        (rules.one_of("a", "b"), ("a",), ("c", ["a"], *ODD)),
        (rules.TEXT, ("a b", "ä"), ("", "  ", "a\n", "\ud800", 3, None)),
        (rules.TRUE_OR_FALSE, (True, False), (0, 1, "false", None)),
    ],
)
def test_a_rule_holds_for_what_it_says(rule, right, wrong):
    assert rule.words and all(rule.holds(value) for value in right)
    assert not any(rule.holds(value) for value in wrong)
