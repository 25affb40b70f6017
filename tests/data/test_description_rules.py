"""The rules for single settings of `dataset.json`; `test_description.py` tries whole descriptions."""

import pytest

from bmt_tf.data import description_rules as rules
from bmt_tf.data.labels.label_files import format_of
from bmt_tf.tasks import KINDS


def test_every_setting_of_a_kind_has_a_rule_that_refuses_objects():
    for kind in KINDS.values():
        for name, rule in rules.of_task(kind, format_of(kind)).items():
            assert name == "notes" or not rule.holds({}), (kind.name, name)


def test_notes_and_tables_to_other_classes_are_let_be():
    known = rules.of_task(KINDS["segmentation"], format_of(KINDS["segmentation"]))
    rules.check({"to_semseg": [1, 2], "notes": {"any": "thing"}}, known, "task 'parts'", "x")
    with pytest.raises(ValueError, match=r"x: a setting of image must be one of .* Received: 'to_semseg'"):
        rules.check({"to_semseg": 1}, rules.IMAGE, "image", "x")


def test_deep_nesting_is_no_description():
    with pytest.raises(ValueError, match="must be JSON"):
        rules.parsed(b"[" * 100_000, "x")
