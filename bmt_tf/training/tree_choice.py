"""From affinities or a finished search, and a budget, to the tree that is trained."""

import csv
import dataclasses
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bmt_tf.affinity import AffinityResult, pairs_together
from bmt_tf.costs import CostTable, cost_table
from bmt_tf.data import open_data
from bmt_tf.grouping import Grouping
from bmt_tf.models import get_encoder
from bmt_tf.models.encoder import Encoder
from bmt_tf.search import (
    TreePoint,
    beam_front,
    choose,
    exact_front,
    likely_front,
    permuted_grouping,
    random_grouping,
    vanilla_grouping,
)
from bmt_tf.search.alpha_file import AlphaHistory
from bmt_tf.training.choice_config import ChoiceConfig
from bmt_tf.training.run_directory import check_writable, versions, write_json

EXACT_TASKS = 8


@dataclass(frozen=True)
class Choice:
    """A chosen tree.

    Args:
        grouping: The tree.
        cost: Its cost in the table's unit.
        budget: The largest cost allowed; the tree's own for permuted trees.
        front: The front it was chosen from; empty for trees to compare with.
        table: The cost table.
    """

    grouping: Grouping
    cost: float
    budget: float
    front: tuple[TreePoint, ...]
    table: CostTable


def choose_tree(config: ChoiceConfig) -> Choice:
    """Chooses a tree, writes it to the output directory and returns it with the front it is from.

    Args:
        config: The settings.

    Raises:
        ValueError: Affinities or search are of other blocks than the encoder's, or the budget is below every tree.
    """
    encoder = get_encoder(config.encoder, output_stride=config.output_stride)
    encoder = (encoder.merged() if config.by_stage else encoder).folded(config.folded)
    likeness = AffinityResult.load(config.affinity) if config.method == "bmn" else None
    history = AlphaHistory.load(os.path.join(config.search, "alpha.npz")) if config.method == "bmtas" else None
    tasks = _tasks(config, likeness or history, encoder)
    check_writable(config.output)
    table = cost_table(encoder, _task_records(config.data, tasks), config.image_size, config.unit)
    front: tuple[TreePoint, ...] = ()
    budget = _budget(config, table)
    if likeness is not None:
        front = _bmn_front(likeness.dissimilarity, tasks, table, config)
    elif history is not None:
        front = likely_front(history.probs, tasks, table)
    grouping = choose(front, budget).grouping if front else _tree_to_compare(config, tasks, encoder, table, budget)
    choice = Choice(_signed(grouping, config, encoder, table, budget), table.cost(grouping), budget, front, table)
    _write(choice, config, likeness)
    return choice


def parse_budget(text: str, table: CostTable) -> float:
    """Returns a budget in the unit of a table.

    Args:
        text: A number in the unit, or a percentage of the single-task networks such as `70%`.
        table: The cost table.

    Raises:
        ValueError: It is neither.
    """
    match = re.fullmatch(r"\s*([0-9.]+(?:[eE][+-]?[0-9]+)?)\s*(%?)\s*", text)
    if not match:
        raise ValueError(f"`budget` must be a number of {table.unit}, or a percentage such as 70%. "
                         f"Received: budget={text!r}.")
    return float(match[1]) / 100 * table.single() if match[2] else float(match[1])


def _tasks(config: ChoiceConfig, named: AffinityResult | AlphaHistory | None, encoder: Encoder) -> tuple[str, ...]:
    if named is None:
        return config.tasks or Grouping.load(config.like).tasks
    if tuple(named.blocks) != encoder.block_names:
        raise ValueError(f"`{'affinity' if config.method == 'bmn' else 'search'}` must be of the blocks of the encoder, "
                         f"{encoder.block_names}. Received: {tuple(named.blocks)}.")
    if config.tasks and config.tasks != tuple(named.tasks):
        raise ValueError(f"`tasks` must be {tuple(named.tasks)} as measured, or not be given. Received: {config.tasks}.")
    return tuple(named.tasks)


def _task_records(data: str, names: Sequence[str]) -> tuple:
    known = open_data(data, "train").tasks
    return tuple(known[name] for name in names)


def _budget(config: ChoiceConfig, table: CostTable) -> float:
    if config.budget:
        return parse_budget(config.budget, table)
    return table.cost(Grouping.load(config.like))


def _bmn_front(dissimilarity: np.ndarray, tasks: tuple[str, ...], table: CostTable, config: ChoiceConfig
               ) -> tuple[TreePoint, ...]:
    if len(tasks) <= EXACT_TASKS:
        return exact_front(dissimilarity, tasks, table)
    return beam_front(dissimilarity, tasks, table, width=config.beam_width, seed=config.seed)


def _tree_to_compare(config: ChoiceConfig, tasks, encoder: Encoder, table: CostTable, budget: float) -> Grouping:
    if config.method == "vanilla":
        return vanilla_grouping(tasks, encoder.block_names, table, budget)
    if config.method == "random":
        return random_grouping(tasks, encoder.block_names, table, budget, config.tolerance, config.seed)
    return permuted_grouping(Grouping.load(config.like), config.seed)


def _signed(grouping: Grouping, config: ChoiceConfig, encoder: Encoder, table: CostTable, budget: float) -> Grouping:
    made_by = {"method": config.method, "budget": budget, "unit": table.unit, "cost": table.cost(grouping),
               "fraction_of_single": table.cost(grouping) / table.single(), "seed": config.seed, "versions": versions()}
    return dataclasses.replace(grouping, encoder=encoder.name, made_by=made_by)


def _write(choice: Choice, config: ChoiceConfig, likeness: AffinityResult | None) -> None:
    choice.grouping.save(os.path.join(config.output, "grouping.json"))
    if choice.front:
        _write_front(os.path.join(config.output, "front.csv"), choice)
    settings = {name: list(value) if isinstance(value, tuple) else value
                for name, value in dataclasses.asdict(config).items()}
    content = {"config": settings, "cost": choice.cost, "budget": choice.budget, "single": choice.table.single(),
               "unit": choice.table.unit}
    if likeness is not None and config.replicates and len(likeness.replicates):
        content["together"] = _together(choice, config, likeness).tolist()
    write_json(os.path.join(config.output, "choice.json"), content)


def _together(choice: Choice, config: ChoiceConfig, likeness: AffinityResult) -> np.ndarray:
    """Returns in what share of the bootstrap's draws the chosen tree has two tasks together, `[L, T, T]`."""

    def chosen(affinity: np.ndarray) -> Grouping:
        front = _bmn_front(1.0 - affinity, likeness.tasks, choice.table, config)
        return choose(front, choice.budget).grouping

    return pairs_together(likeness.replicates[: config.replicates], chosen)


def _write_front(path: str, choice: Choice) -> None:
    partial = f"{path}.partial"
    with open(partial, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["cost", "score", "chosen", "branches", "partitions"])
        for point in choice.front:
            same = point.grouping.partitions == choice.grouping.partitions
            writer.writerow([point.cost, point.score, int(same), " ".join(map(str, point.grouping.branches)),
                             json.dumps(point.grouping.partitions)])
    os.replace(partial, path)
