"""From what was measured to the front of trees, and to how often the draws of a bootstrap agree with the choice."""

import numpy as np

from bmt_tf._progress_bar import progress_bar
from bmt_tf.affinity import AffinityResult, pairs_together
from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.search import (
    Difficulty,
    TreePoint,
    beam_front,
    choose,
    exact_front,
    fafs_front,
    front_gap,
    likely_beam_front,
    likely_front,
)
from bmt_tf.search.alpha_file import AlphaHistory

EXACT_TASKS = 8

Measured = AffinityResult | AlphaHistory | Difficulty
Front = tuple[TreePoint, ...]


def front_by(measured: Measured, table: CostTable, config: ChoiceConfig) -> Front:
    """Returns the front of trees by an affinity (bmn), a search (bmtas) or the difficulty of images (fafs)."""
    if isinstance(measured, AlphaHistory):
        asked = measured.probs, measured.tasks, table
        if len(measured.tasks) <= EXACT_TASKS:
            return likely_front(*asked)
        return likely_beam_front(*asked, width=config.beam_width, seed=config.seed)
    return _front_of(measured, measured.affinity, table, config)


def beam_gap(measured: AffinityResult, front: Front, table: CostTable, config: ChoiceConfig) -> float | None:
    """Returns by how much, at worst, the beam search misses an exact front; None where the front is not exact."""
    if len(measured.tasks) > EXACT_TASKS:
        return None
    return float(front_gap(_beam(measured.dissimilarity, measured.tasks, table, config), front).max())


def together(
    measured: AffinityResult | Difficulty, budget: float, table: CostTable, config: ChoiceConfig
) -> np.ndarray | None:
    """Returns in what share of the draws the tree chosen for the budget has two tasks together, `[L, T, T]`.

    None where there are no draws.
    """
    if isinstance(measured, Difficulty):
        draws = measured.bootstrap(config.replicates, config.seed)[:, None]  # the same affinity at every block
        draws = np.broadcast_to(draws, (len(draws), len(table.blocks), *draws.shape[2:]))
    else:
        draws = measured.replicates[: config.replicates]
    if not len(draws):
        return None
    with progress_bar(total=len(draws), desc="bootstrap", unit="tree", leave=False) as bar:

        def chosen(affinity: np.ndarray) -> Grouping:
            bar.update(1)
            affinity = affinity[0] if isinstance(measured, Difficulty) else affinity
            return choose(_front_of(measured, affinity, table, config), budget).grouping

        return pairs_together(draws, chosen)


def _front_of(
    measured: AffinityResult | Difficulty, affinity: np.ndarray, table: CostTable, config: ChoiceConfig
) -> Front:
    """Returns the front by an affinity of the kind that was measured: `[L, T, T]`, or of difficulty `[T, T]`."""
    tasks = measured.tasks
    if isinstance(measured, Difficulty):
        return fafs_front(affinity, tasks, table, config.seed)
    if len(tasks) <= EXACT_TASKS:
        return exact_front(1.0 - affinity, tasks, table)
    return _beam(1.0 - affinity, tasks, table, config)


def _beam(dissimilarity: np.ndarray, tasks: tuple[str, ...], table: CostTable, config: ChoiceConfig) -> Front:
    return beam_front(dissimilarity, tasks, table, width=config.beam_width, seed=config.seed)
