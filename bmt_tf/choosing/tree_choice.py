"""From affinities, a finished search or a shared run, and a budget, to the tree that is trained."""

import csv
import dataclasses
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bmt_tf import _files as files
from bmt_tf import use_threads
from bmt_tf._threads import threads_in_use
from bmt_tf.affinity import AffinityResult
from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.choosing.difficulty import measure_difficulty
from bmt_tf.choosing.fronts import Measured, beam_gap, front_by, together
from bmt_tf.choosing.known import completed, network_of
from bmt_tf.choosing.origin import MeasuredOn
from bmt_tf.costs import CostTable, get_unit
from bmt_tf.export import tree_costs
from bmt_tf.grouping import Grouping
from bmt_tf.models.encoder import Encoder
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.data import named_tasks
from bmt_tf.runs.network import make_encoder
from bmt_tf.runs.paths import ChoicePaths, RunPaths, affinity_file
from bmt_tf.runs.run import Run
from bmt_tf.runs.software import versions
from bmt_tf.search import (
    FafsPoint,
    TreePoint,
    all_groupings,
    choose,
    permuted_grouping,
    random_grouping,
    vanilla_grouping,
)
from bmt_tf.search.alpha_file import AlphaHistory


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
    likeness = AffinityResult.load(affinity_file(config.affinity)) if config.source == "affinity" else None
    config, record = completed(config, likeness)
    encoder = make_encoder(network_of(config))
    measured: Measured | None = likeness if config.method == "bmn" else None
    if config.method == "bmtas":
        measured = AlphaHistory.load(RunPaths(config.search).alpha)
    tasks = _tasks(config, likeness or measured, encoder)
    files.check_writable(config.output, "output")
    if not get_unit(config.unit).counted:
        use_threads(config.threads, branches=len(tasks))
    named = named_tasks(config.data, tasks, config.heads)
    table = tree_costs(encoder, named, config.image_size, config.unit, config.runtime)
    budget = _budget(config, table)
    if budget < table.shared():
        raise ValueError(
            f"`budget` must be at least the cost of the cheapest tree, which shares every block: "
            f"{table.shared():.10g} {table.unit}, {table.shared() / table.single():.1%} of the "
            f"single-task networks. Received: budget={config.budget}."
        )
    if config.method == "fafs":
        measured = measure_difficulty(config.shared, data=config.data, batch_size=config.batch_size)
    front = () if measured is None else front_by(measured, table, config)
    grouping = _chosen(front, budget) if front else _tree_to_compare(config, tasks, encoder, table, budget)
    choice = Choice(_signed(grouping, config, encoder, table, budget), table.cost(grouping), budget, front, table)
    if isinstance(measured, AffinityResult):
        choice = dataclasses.replace(choice, beam_gap=beam_gap(measured, front, table, config))
    if config.replicates and measured is not None and not isinstance(measured, AlphaHistory):
        choice = dataclasses.replace(choice, together=together(measured, budget, table, config))
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
    if config.method == "fafs":
        return _as_measured(config, Run.load(config.shared, TrainConfig).settings.tasks)
    if named is None:
        return config.tasks or Grouping.load(config.like).tasks
    if tuple(named.blocks) != encoder.block_names:
        raise ValueError(
            f"`{config.source}` must be of the blocks of the encoder, {encoder.block_names}. "
            f"Received: {tuple(named.blocks)}."
        )
    return _as_measured(config, tuple(named.tasks))


def _as_measured(config: ChoiceConfig, tasks: tuple[str, ...]) -> tuple[str, ...]:
    if config.tasks and config.tasks != tasks:
        raise ValueError(f"`tasks` must be {tasks} as measured, or not be given. Received: {config.tasks}.")
    return tasks


def _budget(config: ChoiceConfig, table: CostTable) -> float:
    if config.budget:
        return parse_budget(config.budget, table)
    return table.cost(Grouping.load(config.like)) if config.like else table.separate()


def _chosen(front: tuple[TreePoint, ...], budget: float) -> Grouping:
    """Returns the tree of a front for a budget; of fafs, with the alpha that leads to it."""
    point = choose(front, budget)
    alpha = {"alpha": point.alpha} if isinstance(point, FafsPoint) else None
    return dataclasses.replace(point.grouping, made_by=alpha)


def _tree_to_compare(config: ChoiceConfig, tasks, encoder: Encoder, table: CostTable, budget: float) -> Grouping:
    if config.method == "vanilla":
        return vanilla_grouping(tasks, encoder.block_names, table, budget)
    if config.method == "random":
        return random_grouping(tasks, encoder.block_names, table, budget, config.tolerance, config.seed)
    if config.method == "all":
        return _numbered(all_groupings(tasks, encoder.block_names), config, table, budget)
    return permuted_grouping(Grouping.load(config.like), config.seed)


def _numbered(trees: Sequence[Grouping], config: ChoiceConfig, table: CostTable, budget: float) -> Grouping:
    """Returns one of the trees within the budget, with how many these are."""
    within = [tree for tree in trees if table.cost(tree) <= budget]
    if config.number >= len(within):
        raise ValueError(
            f"`number` must be below {len(within)}, the number of trees that cost at most {budget:.10g} {table.unit}. "
            f"Received: number={config.number}."
        )
    return dataclasses.replace(within[config.number], made_by={"number": config.number, "of": len(within)})


def _signed(grouping: Grouping, config: ChoiceConfig, encoder: Encoder, table: CostTable, budget: float) -> Grouping:
    """Returns the tree with what it was made by and for."""
    made_by = {
        "method": config.method,
        "budget": budget,
        "unit": table.unit,
        "cost": table.cost(grouping),
        **_measured_in(config),
        **(grouping.made_by or {}),
        "fraction_of_single": table.cost(grouping) / table.single(),
        "seed": config.seed,
        "versions": versions(),
    }
    return dataclasses.replace(grouping, encoder=encoder.name, made_by=made_by)


def _measured_in(config: ChoiceConfig) -> dict[str, str]:
    """Returns where costs that are measured were: in which runtime, with which threads."""
    return {} if get_unit(config.unit).counted else {"runtime": config.runtime, "threads": threads_in_use()}


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
        "costs": choice.table.to_dict(),
        **_measured_in(config),
        "beam_gap": choice.beam_gap,
        "measured_on": record.to_json(),
    }
    if choice.together is not None:
        content["together"] = choice.together.tolist()
    files.write_json(paths.choice, content)


def _write_front(path: str, choice: Choice) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["cost", "score", "chosen", "branches", "partitions"])
    for point in choice.front:
        same = point.grouping.partitions == choice.grouping.partitions
        branches = " ".join(map(str, point.grouping.branches))
        writer.writerow([point.cost, point.score, int(same), branches, json.dumps(point.grouping.partitions)])
    files.write_bytes(path, text.getvalue().encode())
