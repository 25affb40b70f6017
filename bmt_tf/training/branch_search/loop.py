"""The branch search: warm-up, then alpha and weights in turn, then the tree of the most likely routing."""

import os
from collections.abc import Callable

import tensorflow as tf
from absl import logging

from bmt_tf.costs import CostTable, cost_table
from bmt_tf.models.encoder import Encoder
from bmt_tf.runs.checkpoints import Checkpoints, checkpoints_dir, saved_steps
from bmt_tf.runs.network import make_encoder, open_split, refuse_faulty_data
from bmt_tf.runs.run_directory import begin_run, read_json, write_json
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.runs.search_progress import SearchProgress
from bmt_tf.runs.strategy import check_same_start, is_chief, strategy_of_run
from bmt_tf.supergraph import is_exact
from bmt_tf.training.branch_search.data import SearchData, split_for_search
from bmt_tf.training.branch_search.results import History, write_results
from bmt_tf.training.branch_search.schedule import Update
from bmt_tf.training.branch_search.steps import SearchSteps
from bmt_tf.training.branch_search.warm_up import WarmUp


def search(config: SearchConfig) -> str:
    """Searches a tree, or goes on with a search that was stopped, and returns its run directory.

    Source: BMTAS, sec. 3.2 and appendix A; the order of updates is that of `SearchSchedule`.

    Args:
        config: The settings; the same settings in the same directory resume the search.

    Returns:
        The run directory, with `alpha.npz`, `grouping.json` and `search.json`.
    """
    strategy = strategy_of_run(config)
    source, tasks = open_split(config, "train")
    data, encoder = split_for_search(config, source, tasks), make_encoder(config)
    if not saved_steps(checkpoints_dir(config.run_dir)):
        refuse_faulty_data(source, tasks)
        data.check()
    begin_run(config, None, {"name": source.name, "fingerprint": source.fingerprint()}, is_chief(strategy))
    data = data.stored()
    table = _stored_table(config, encoder, data)
    if not is_exact(len(data.tasks)):
        logging.info("The expected cost of %d tasks is estimated by sampling.", len(data.tasks))
    run = _Run(config, strategy, encoder, data, table)
    with run.progress:
        run.warm_up()
        run.search()
    return config.run_dir


class _Run:
    """One part of a search, from start or resumption to end or stop."""

    def __init__(
        self,
        config: SearchConfig,
        strategy: tf.distribute.Strategy,
        encoder: Encoder,
        data: SearchData,
        table: CostTable,
    ):
        self.config, self.strategy, self.encoder, self.data, self.table = config, strategy, encoder, data, table
        self.schedule, self.chief = data.schedule, is_chief(strategy)
        self.timing_path = os.path.join(config.run_dir, "timing.json")
        before = read_json(self.timing_path) if tf.io.gfile.exists(self.timing_path) else None
        self.progress = SearchProgress(config.run_dir, self.schedule, config.log_every, self.chief, before)
        self.warmed: WarmUp | None = None

    def warm_up(self) -> None:
        """Trains the network of the warm-up, unless the search itself has begun."""
        if saved_steps(checkpoints_dir(self.config.run_dir)):
            return
        with self.strategy.scope():
            self.warmed = WarmUp(self.config, self.encoder, self.data.tasks)
        checkpoints = self.warmed.checkpoints(self.chief)
        step = self.warmed.step_function(self.strategy)
        self._go(checkpoints.restore() or 0, self.schedule.warm_up, checkpoints, lambda update, batch: step(batch))

    def search(self) -> None:
        """Updates alpha and weights in turn, and writes the results."""
        with self.strategy.scope():
            steps = SearchSteps(self.config, self.encoder, self.data.tasks, self.table)
        history = History(self.config, self.schedule, self.data.tasks, self.encoder.block_names, self.table)
        checkpoints = Checkpoints(self.config.run_dir, self.chief, **steps.tracked(), history=history.variable)
        start = checkpoints.restore()
        if start is None:
            steps.supergraph.load_branched(self.warmed.model, self.warmed.grouping)
            start = self.schedule.warm_up
            checkpoints.save(start)
        self.warmed = None
        functions = {"alpha": steps.alpha_function(self.strategy), "theta": steps.theta_function(self.strategy)}

        def step(update: Update, batch):
            if update.begins:
                steps.begin(update)
                history.record(update, steps.supergraph.alpha, self.progress)
            temperature = history.temperature(update.theta_done)
            return functions[update.phase](
                batch, tf.constant(update.batch, tf.int64), tf.constant(temperature, tf.float32)
            )

        self._go(start, self.schedule.total, checkpoints, step)
        if self.chief:
            result = history.finish(steps.supergraph.alpha, self.progress)
            write_results(self.config, self.encoder, self.schedule, self.table, result, self.progress.timing)

    def _go(self, start: int, stop: int, checkpoints: Checkpoints, step: Callable) -> None:
        check_same_start(self.strategy, self.config.run_dir, start)
        self.progress.resume(start)
        streams = {}
        for done in range(start, stop):
            update = self.schedule.update(done)
            if update.phase not in streams:
                batches = self.data.batches(update.phase, update.batch)
                streams[update.phase] = iter(self.strategy.experimental_distribute_dataset(batches))
            self.progress.enter(update.phase)
            self.progress.add(done + 1, step(update, next(streams[update.phase])))
            if (done + 1) % self.config.checkpoint_every == 0 or done + 1 == stop:
                self.progress.flush()  # Looks for numbers that are not finite before the older checkpoints go.
                checkpoints.save(done + 1)
                if self.chief:
                    write_json(self.timing_path, self.progress.timing)


def _stored_table(config: SearchConfig, encoder: Encoder, data: SearchData) -> CostTable:
    """Returns the cost table that the run was begun with; it is made at the start, for the final network's images."""
    path = os.path.join(config.run_dir, "costs.json")
    if not tf.io.gfile.exists(path):
        write_json(path, cost_table(encoder, data.tasks, config.image_size, config.cost_unit).to_dict())
    return CostTable.from_dict(read_json(path))
