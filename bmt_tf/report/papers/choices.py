"""Which trained networks are of trees that a method chooses: those of its own, and those among all trees there are."""

import json

from bmt_tf.report.study import Study
from bmt_tf.report.trees import method_of, shape_of


def networks_chosen(study: Study, unit: str, every_budget: bool = False) -> dict[str, frozenset[str]]:
    """Returns by method the names of the networks whose trees it chooses.

    Args:
        study: The study, as from `read_study`.
        unit: Unit of the budgets.
        every_budget: Whether trees count that are chosen for any budget, not only those chosen for one of the study's.
    """
    trees: dict[str, set] = {}
    for front in study.fronts:
        if front.chosen is not None and front.unit == unit:
            shapes = trees.setdefault(method_of(front.chosen), set())
            points = (point for point in front.points if point.partitions and (every_budget or point.chosen))
            shapes |= {shape_of(front.chosen.blocks, json.loads(point.partitions)) for point in points}
    networks = [
        (run.name, shape_of(run.grouping.blocks, run.grouping.partitions)) for run in study.runs if run.grouping
    ]
    return {method: frozenset(name for name, one in networks if one in shapes) for method, shapes in trees.items()}
