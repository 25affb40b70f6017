"""Do both methods find the groups of the planted problem? Its settings, one run of one seed, and what runs come to.

The answer is known (see `bmt_tf.data.sets.planted`): at the last block the red tasks share, and the blue ones.
Budget and trade-off are the same for all seeds; the seed is that of the images, the weights and every draw.
"""

import os
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bmt_tf import _files as files
from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.choosing.feature_collection import measure_affinity
from bmt_tf.choosing.tree_choice import choose_tree, parse_budget
from bmt_tf.costs import CostTable, cost_table
from bmt_tf.data.sets.planted import GROUPS, TASKS, Planted
from bmt_tf.grouping import Grouping
from bmt_tf.models import get_encoder
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.paths import AffinityPaths, RunPaths
from bmt_tf.runs.run import Run
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.training.branch_search.loop import search
from bmt_tf.training.single_tasks import train_singles
from studies.planted.chance import chance_of_partition

UNIT = "parameters"
# Of the single-task networks: two parts at every block fit, three at the last one, which costs most, never do.
BUDGET = "50%"
TRADE_OFFS = (0.0, 30.0, 300.0, 3000.0)  # per 1e6 parameters
# What each kind of run changes in the search; BMN has no search.
VARIANTS: dict[str, Mapping[str, Any] | None] = {
    "bmn": None,
    "bmtas": {},
    "no_cost": {"trade_off": TRADE_OFFS[0]},
    "low_cost": {"trade_off": TRADE_OFFS[1]},
    "high_cost": {"trade_off": TRADE_OFFS[3]},
    "straight_through": {"sample": "straight_through"},
    "hard_theta": {"hard_theta": True},
    "no_warm_up": {"warm_up_steps": 0},
}
_COMMON = {
    "tasks": TASKS, "encoder": "narrow", "output_stride": 8, "image_size": (16, 16), "batch_size": 16, "steps": 300,
    "optimizer": "adam", "learning_rate": 0.01, "scales": (), "flip": False, "replicas": 1, "checkpoint_every": 1000,
    "log_every": 50,
}  # fmt: skip


def training_settings(run_dir: str, seed: int) -> TrainConfig:
    """Returns the settings of the single-task networks that BMN compares.

    Args:
        run_dir: Directory of the runs.
        seed: Seed of images and weights.
    """
    return TrainConfig(run_dir=run_dir, data=_data(seed), seed=seed, held_out=100, **_COMMON)


def search_settings(run_dir: str, seed: int, **changes: Any) -> SearchConfig:
    """Returns the settings of BMTAS: half of the few images are for alpha, and its rate is thrice the paper's.

    Args:
        run_dir: Directory of the run.
        seed: Seed of images, weights and samples.
        **changes: Settings that differ.
    """
    values = {
        "trade_off": TRADE_OFFS[2],
        "cost_unit": UNIT,
        "warm_up_steps": 60,
        "alpha_fraction": 0.5,
        "alpha_learning_rate": 0.03,
    }
    return SearchConfig(run_dir=run_dir, data=_data(seed), seed=seed, **(_COMMON | values | changes))


def bmn_tree(run_dir: str, seed: int) -> Grouping:
    """Trains the single-task networks, compares their features, and returns the tree that fits the budget.

    Args:
        run_dir: Directory of all its files.
        seed: Seed of images and weights.

    Returns:
        The tree.
    """
    config = training_settings(os.path.join(run_dir, "single"), seed)
    output = os.path.join(run_dir, "affinity")
    measure_affinity(train_singles(config), output, images=config.held_out, replicates=0, batch_size=50)
    return choose_tree(
        ChoiceConfig(
            output=os.path.join(run_dir, "tree"),
            affinity=AffinityPaths(output).affinity,
            budget=BUDGET,
            unit=UNIT,
            data=config.data,
            encoder=config.encoder,
            output_stride=config.output_stride,
            image_size=config.image_size,
            replicates=0,
        )
    ).grouping


def bmtas_tree(run_dir: str, seed: int, **changes: Any) -> Grouping:
    """Searches, and returns the tree of the most likely routing.

    Args:
        run_dir: Directory of the run.
        seed: Seed of images, weights and samples.
        **changes: Settings that differ from `search_settings`.

    Returns:
        The tree.
    """
    return Run.load(search(search_settings(run_dir, seed, **changes))).grouping


def is_right(tree: Grouping) -> bool:
    """Returns whether the parts at the last block are the groups, exactly.

    Args:
        tree: A tree of the planted tasks.
    """
    return tree.partitions[-1] == GROUPS


def planted_table() -> CostTable:
    """Returns what trees of the planted problem cost, in parameters."""
    tasks = tuple(Planted("train", 1).tasks[name] for name in TASKS)
    return cost_table(get_encoder("narrow", output_stride=8), tasks, _COMMON["image_size"], UNIT)


def settings() -> dict[str, Any]:
    """Returns all that a result depends on but the seed, as JSON values."""
    own = {"run_dir": "", "seed": None, "data": "planted"}
    return {
        "version": Planted.version,
        "budget": BUDGET,
        "training": training_settings("-", 0).to_json() | own,
        "search": search_settings("-", 0).to_json() | own,
        "variants": {name: dict(changes or {}) for name, changes in VARIANTS.items()},
    }


def chances() -> dict[str, float]:
    """Returns how likely the right parts are by chance, for trees drawn in several ways."""
    table = planted_table()
    blocks, tasks = len(table.blocks), len(TASKS)
    return {
        "trees within the budget": chance_of_partition(GROUPS, TASKS, table, parse_budget(BUDGET, table)),
        "all trees": chance_of_partition(GROUPS, TASKS, table, table.separate()),
        # At every block all of a group draw alike, and not at every block the two groups too.
        "routings": (tasks ** -(tasks - 2)) ** blocks - (tasks ** -(tasks - 1)) ** blocks,
    }


def planted_run(variant: str, seed: int, run_dir: str) -> dict[str, Any]:
    """Runs a variant with one seed, and returns what came of it as JSON values.

    Args:
        variant: One of `VARIANTS`.
        seed: Seed of images, weights and every draw.
        run_dir: Directory of all its files.

    Returns:
        Whether the groups were found, the tree and its cost, the time it took and the load of the machine.
    """
    start, changes = time.perf_counter(), VARIANTS[variant]
    tree = bmn_tree(run_dir, seed) if changes is None else bmtas_tree(run_dir, seed, **changes)
    timing = {} if changes is None else files.read_json(RunPaths(run_dir).timing)["seconds_per_step"]
    return {
        "variant": variant,
        "seed": seed,
        "right": is_right(tree),
        "cost": tree.made_by["cost"],
        "tree": [" | ".join(map(" ".join, parts)) for parts in tree.partitions],
        "seconds": round(time.perf_counter() - start, 1),
        "milliseconds_per_step": {phase: round(1000 * value, 1) for phase, value in timing.items() if value},
        "load": round(os.getloadavg()[0], 1),
    }


def summary(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Returns one line per variant: how often it was right, what its trees cost, how long it took.

    Args:
        rows: What `planted_run` returned, for any variants and seeds.
    """
    searched = {row["seed"]: row["tree"] for row in rows if row["variant"] == "bmtas"}
    lines = []
    for variant, changes in VARIANTS.items():
        own = [row for row in rows if row["variant"] == variant]
        if own:
            same = sum(row["tree"] == searched.get(row["seed"]) for row in own)
            lines.append(
                {
                    "variant": variant,
                    "trade_off": None if changes is None else changes.get("trade_off", TRADE_OFFS[2]),
                    "seeds": len(own),
                    "right": sum(row["right"] for row in own),
                    "same_tree_as_bmtas": same if searched else None,
                    "mean_cost": statistics.mean(row["cost"] for row in own),
                    "median_seconds": statistics.median(row["seconds"] for row in own),
                    **{
                        f"{phase}_milliseconds": _median(row["milliseconds_per_step"].get(phase) for row in own)
                        for phase in ("alpha", "theta")
                    },
                }
            )
    return lines


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _data(seed: int) -> str:
    return f"planted:seed={seed}"
