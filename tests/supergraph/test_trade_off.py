"""The paper's lambda in ours."""

import subprocess
import sys

import pytest

from bmt_tf.costs import CostTable, get_unit
from bmt_tf.supergraph import lambda_from_paper


def test_papers_lambda_weighs_what_the_authors_sum_weighs():
    table = CostTable("paper_multiply_adds", 0, {"block": 3_000_000_000}, {"a": 0, "b": 0, "c": 0})
    authors = 3 * 0.005 * (2 * table.blocks["block"] / 1e9)  # for each of 3 tasks: lambda x GFLOPs
    ours = lambda_from_paper(0.005, tasks=3) * table.blocks["block"] / get_unit(table.unit).lambda_scale
    assert ours == pytest.approx(authors)


def test_bad_values_are_refused():
    for value, tasks in ((-0.1, 3), (float("nan"), 3), (float("inf"), 3), (0.1, 0)):
        with pytest.raises(ValueError, match=f"value={value}, tasks={tasks}"):
            lambda_from_paper(value, tasks)


def test_no_tensorflow_is_imported():
    code = "import sys; from bmt_tf.supergraph import lambda_from_paper; sys.exit('tensorflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
