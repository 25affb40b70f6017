"""Lambda's unit, and the paper's lambda in ours."""

import subprocess
import sys

import pytest

from bmt_tf.costs import CostTable
from bmt_tf.supergraph import cost_scale, lambda_from_paper


def test_units_of_lambda():
    assert {unit: cost_scale(unit) for unit in ("multiply_adds", "paper_multiply_adds", "parameters")} == {
        "multiply_adds": 1e9,
        "paper_multiply_adds": 1e9,
        "parameters": 1e6,
    }
    assert cost_scale("milliseconds") == 1


def test_papers_lambda_weighs_what_the_authors_sum_weighs():
    table = CostTable("paper_multiply_adds", 0, {"block": 3_000_000_000}, {"a": 0, "b": 0, "c": 0})
    authors = 3 * 0.005 * (2 * table.blocks["block"] / 1e9)  # for each of 3 tasks: lambda x GFLOPs
    ours = lambda_from_paper(0.005, tasks=3) * table.blocks["block"] / cost_scale(table.unit)
    assert ours == pytest.approx(authors)


def test_bad_values_are_refused():
    with pytest.raises(ValueError, match="unit='furlongs'"):
        cost_scale("furlongs")
    for value, tasks in ((-0.1, 3), (float("nan"), 3), (float("inf"), 3), (0.1, 0)):
        with pytest.raises(ValueError, match=f"value={value}, tasks={tasks}"):
            lambda_from_paper(value, tasks)


def test_no_tensorflow_is_imported():
    code = "import sys; from bmt_tf.supergraph import cost_scale; sys.exit('tensorflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
