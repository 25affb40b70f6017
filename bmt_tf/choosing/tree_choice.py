"""From affinities or a finished search, and a budget, to the tree that is trained."""

import csv
import dataclasses
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bmt_tf import _files as files
from bmt_tf._progress_bar import progress_bar
from bmt_tf.affinity import AffinityResult, pairs_together
from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.choosing.known import completed, network_of
from bmt_tf.choosing.origin import MeasuredOn
from bmt_tf.costs import CostTable, cost_table
from bmt_tf.data import data_tasks
from bmt_tf.grouping import Grouping
from bmt_tf.models.encoder import Encoder
from bmt_tf.runs.network import make_encoder
from bmt_tf.runs.paths import ChoicePaths, RunPaths, affinity_file
from bmt_tf.runs.software import versions
from bmt_tf.search import (
    TreePoint,
    beam_front,
    choose,
    exact_front,
    front_gap,
    likely_front,
    permuted_grouping,
    random_grouping,
    vanilla_grouping,
)
from bmt_tf.search.alpha_file import AlphaHistory
from bmt_tf.tasks import Task

EXACT_TASKS = 8


@dataclass(frozen=True)
class Choice:
    """A chosen tree, and what it was chosen from."""

    grouping: Grouping
    cost: float  # in the unit of the table, as the budget
    budget: float  # largest cost allowed; of permuted trees their own, unless one was given
    front: tuple[TreePoint, ...]  # from which it was chosen; empty for trees to compare with
    table: CostTable
    # By how much, at worst, the beam search misses the front; none where there is no exact one.
    beam_gap: float | None = None
    # In what share of the bootstrap's draws the chosen tree has two tasks together, `[L, T, T]`; none without draws.
    together: np.ndarray | None = None


def choose_tree(config: ChoiceConfig) -> Choice:
    """Chooses a tree and writes it to the output directory.

    Args:
        config: By which method, from what and within which budget to choose; its `output` is the directory.

    Returns:
        The tree with its cost and budget in the unit of the settings, and the front it is from.

    Raises:
        ValueError: The budget is below the cheapest tree, or what was measured is of other blocks or tasks than the
            settings, or made on another network or data.
    """
    likeness = AffinityResult.load(affinity_file(config.affinity)) if config.method == "bmn" else None
    config, record = completed(config, likeness)
    encoder = make_encoder(network_of(config))
    history = AlphaHistory.load(RunPaths(config.search).alpha) if config.method == "bmtas" else None
    tasks = _tasks(config, likeness or history, encoder)
    files.check_writable(config.output, "output")
    table = cost_table(encoder, _task_records(config.data, tasks), config.image_size, config.unit)
    budget = _budget(config, table)
    if budget < table.shared():
        raise ValueError(
            f"`budget` must be at least the cost of the cheapest tree, which shares every block: "
            f"{table.shared():.10g} {table.unit}, {table.shared() / table.single():.1%} of the "
            f"single-task networks. Received: budget={config.budget}."
        )
    front: tuple[TreePoint, ...] = ()
    if likeness is not None:
        front = _bmn_front(likeness.dissimilarity, tasks, table, config)
    elif history is not None:
        front = tuple(likely_front(history.probs, tasks, table))
    grouping = choose(front, budget).grouping if front else _tree_to_compare(config, tasks, encoder, table, budget)
    gap = _beam_gap(likeness.dissimilarity, front, table, config) if likeness is not None else None
    signed = _signed(grouping, config, encoder, table, budget)
    choice = Choice(signed, table.cost(grouping), budget, front, table, gap)
    if likeness is not None and config.replicates and len(likeness.replicates):
        choice = dataclasses.replace(choice, together=_together(choice, config, likeness))
    _write(choice, config, record)
    return choice


def parse_budget(text: str, table: CostTable) -> float:
    """Returns a budget in the unit of a table, from a number in it or a percentage of its single-task networks."""
    match = re.fullmatch(r"\s*((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(%?)\s*", text)
    if not match:
        raise ValueError(
            f"`budget` must be a number of {table.unit}, or a percentage such as 70%. Received: budget={text!r}."
        )
    return float(match[1]) / 100 * table.single() if match[2] else float(match[1])


def _tasks(config: ChoiceConfig, named: AffinityResult | AlphaHistory | None, encoder: Encoder) -> tuple[str, ...]:
    if named is None:
        return config.tasks or Grouping.load(config.like).tasks
    if tuple(named.blocks) != encoder.block_names:
        raise ValueError(
            f"`{'affinity' if config.method == 'bmn' else 'search'}` must be of the blocks of the "
            f"encoder, {encoder.block_names}. Received: {tuple(named.blocks)}."
        )
    if config.tasks and config.tasks != tuple(named.tasks):
        raise ValueError(
            f"`tasks` must be {tuple(named.tasks)} as measured, or not be given. Received: {config.tasks}."
        )
    return tuple(named.tasks)


def _task_records(data: str, names: Sequence[str]) -> tuple[Task, ...]:
    known = data_tasks(data)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"`data` must have the tasks {tuple(names)}. Received: {data!r} without {unknown}.")
    return tuple(known[name] for name in names)


def _budget(config: ChoiceConfig, table: CostTable) -> float:
    if config.budget:
        return parse_budget(config.budget, table)
    return table.cost(Grouping.load(config.like))


def _bmn_front(
    dissimilarity: np.ndarray, tasks: tuple[str, ...], table: CostTable, config: ChoiceConfig
) -> tuple[TreePoint, ...]:
    if len(tasks) <= EXACT_TASKS:
        return tuple(exact_front(dissimilarity, tasks, table))
    return tuple(beam_front(dissimilarity, tasks, table, width=config.beam_width, seed=config.seed))


def _beam_gap(
    dissimilarity: np.ndarray, front: tuple[TreePoint, ...], table: CostTable, config: ChoiceConfig
) -> float | None:
    tasks = front[0].grouping.tasks
    if len(tasks) > EXACT_TASKS:
        return None
    beam = beam_front(dissimilarity, tasks, table, width=config.beam_width, seed=config.seed)
    return float(front_gap(beam, front).max())


def _tree_to_compare(config: ChoiceConfig, tasks, encoder: Encoder, table: CostTable, budget: float) -> Grouping:
    if config.method == "vanilla":
        return vanilla_grouping(tasks, encoder.block_names, table, budget)
    if config.method == "random":
        return random_grouping(tasks, encoder.block_names, table, budget, config.tolerance, config.seed)
    return permuted_grouping(Grouping.load(config.like), config.seed)


def _signed(grouping: Grouping, config: ChoiceConfig, encoder: Encoder, table: CostTable, budget: float) -> Grouping:
    """Returns the tree with what it was made by and for."""
    made_by = {
        "method": config.method,
        "budget": budget,
        "unit": table.unit,
        "cost": table.cost(grouping),
        "fraction_of_single": table.cost(grouping) / table.single(),
        "seed": config.seed,
        "versions": versions(),
    }
    return dataclasses.replace(grouping, encoder=encoder.name, made_by=made_by)


def _write(choice: Choice, config: ChoiceConfig, record: MeasuredOn) -> None:
    paths = ChoicePaths(config.output)
    choice.grouping.save(paths.grouping)
    if choice.front:
        _write_front(paths.front, choice)
    content = {
        "config": config.to_json(),
        "cost": choice.cost,
        "budget": choice.budget,
        "single": choice.table.single(),
        "unit": choice.table.unit,
        "beam_gap": choice.beam_gap,
        "measured_on": record.to_json(),
    }
    if choice.together is not None:
        content["together"] = choice.together.tolist()
    files.write_json(paths.choice, content)


def _together(choice: Choice, config: ChoiceConfig, likeness: AffinityResult) -> np.ndarray:
    """Returns in what share of the bootstrap's draws the chosen tree has two tasks together, `[L, T, T]`."""

    replicates = likeness.replicates[: config.replicates]
    with progress_bar(total=len(replicates), desc="bootstrap", unit="tree", leave=False) as bar:

        def chosen(affinity: np.ndarray) -> Grouping:
            bar.update(1)
            front = _bmn_front(1.0 - affinity, likeness.tasks, choice.table, config)
            return choose(front, choice.budget).grouping

        return pairs_together(replicates, chosen)


def _write_front(path: str, choice: Choice) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["cost", "score", "chosen", "branches", "partitions"])
    for point in choice.front:
        same = point.grouping.partitions == choice.grouping.partitions
        branches = " ".join(map(str, point.grouping.branches))
        writer.writerow([point.cost, point.score, int(same), branches, json.dumps(point.grouping.partitions)])
    files.write_bytes(path, text.getvalue().encode())
