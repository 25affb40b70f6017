"""What a search leaves behind: alpha on its way, the tree, what it costs, and how long it took."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from bmt_tf import _files as files
from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.runs.progress import Progress
from bmt_tf.runs.run import Run
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.runs.software import versions
from bmt_tf.search.alpha_file import AlphaHistory, probabilities
from bmt_tf.supergraph import expected_cost
from bmt_tf.tasks import Task
from bmt_tf.training.branch_search.data import derived_seed
from bmt_tf.training.branch_search.schedule import SearchSchedule, Update

MOMENTS = 500  # at most so many in the history, and one for the end


class History:
    """Alpha at the beginning of every cycle (every few, if there are very many), and at the end."""

    def __init__(
        self,
        config: SearchConfig,
        schedule: SearchSchedule,
        tasks: tuple[Task, ...],
        blocks: tuple[str, ...],
        table: CostTable,
    ):
        self._config, self._schedule, self._table = config, schedule, table
        self._tasks, self._blocks = tuple(task.name for task in tasks), blocks
        self._stride = math.ceil(schedule.cycles / MOMENTS)
        moments = len(range(0, schedule.cycles, self._stride))
        # `[S, L, T, J]`, to be kept in checkpoints.
        self.variable = tf.Variable(
            tf.zeros([moments + 1, len(blocks), len(tasks), config.resolved_candidates]), trainable=False
        )

    def temperature(self, theta_done: int) -> float:
        """Returns the temperature of the samples after so many updates of the weights since the warm-up."""
        return self._schedule.temperature(theta_done, self._config.temperature_start, self._config.temperature_end)

    def record(self, update: Update, alpha: keras.Variable, progress: Progress) -> None:
        """Keeps and shows alpha `[L, T, J]` if a cycle begins with the update that follows."""
        cycle = update.theta_done // self._schedule.theta_pass
        if update.phase == "alpha" and cycle % self._stride == 0:
            done = self._schedule.warm_up + cycle * (self._schedule.alpha_pass + self._schedule.theta_pass)
            self._keep(cycle // self._stride, done, update.theta_done, alpha, progress)

    def finish(self, alpha: keras.Variable, progress: Progress) -> AlphaHistory:
        """Keeps and shows alpha `[L, T, J]` at the end, and returns what `alpha.npz` is to hold."""
        moments = self.variable.shape[0]
        self._keep(moments - 1, self._schedule.total, self._schedule.theta, alpha, progress)
        steps = np.array(
            [moment * self._stride * self._schedule.theta_pass for moment in range(moments - 1)]
            + [self._schedule.theta]
        )
        history = self.variable.numpy()
        return AlphaHistory(
            history[-1], history, steps, np.array([self.temperature(step) for step in steps]), self._tasks, self._blocks
        )

    def _keep(self, moment: int, done: int, theta_done: int, alpha: keras.Variable, progress: Progress) -> None:
        value = keras.ops.convert_to_numpy(alpha)
        self.variable.scatter_nd_update([[moment]], value[None])
        tree = Grouping.from_routing(self._tasks, self._blocks, value.argmax(axis=2))
        scalars = {"temperature": self.temperature(theta_done), "tree_cost": self._table.cost(tree)}
        progress.show(
            done,
            {f"search/{name}": number for name, number in scalars.items()},
            {f"routing/{block}": probs for block, probs in zip(self._blocks, probabilities(value), strict=True)},
        )


def write_results(
    run: Run,
    tasks: Sequence[Task],
    schedule: SearchSchedule,
    table: CostTable,
    result: AlphaHistory,
    timing: Mapping[str, Any],
) -> None:
    """Writes `alpha.npz`, `grouping.json` (the tree of the most likely routing) and `search.json`."""
    config, encoder = run.settings, run.encoder.name
    cost = table.cost(result.grouping(encoder))
    costs = {"unit": table.unit, "cost": cost, "fraction_of_single": cost / table.single()}
    settings = {name: getattr(config, name) for name in ("trade_off", "paper_units", "weighting", "seed")}
    seed = tf.constant([derived_seed(config.seed, "final cost"), 0], tf.int64)
    result.save(run.paths.alpha)
    facts = {
        **settings,
        **costs,
        "loss_weights": {task.name: task.weight for task in tasks},
        "expected_cost": float(expected_cost(probabilities(result.alpha), table, seed)),
        "shared_cost": table.shared(),
        "separate_cost": table.separate(),
        "single_cost": table.single(),
        "updates": schedule.left(0),
        "hours": sum(timing["seconds"].values()) / 3600,
        **timing,
    }
    files.write_json(run.paths.search, facts)
    made_by = {"method": "bmtas", **settings, **costs, "versions": versions()}
    result.grouping(encoder, made_by).save(run.paths.grouping)
