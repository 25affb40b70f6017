"""The branch search: warm-up, then alpha and weights in turn, then the tree of the most likely routing."""

import contextlib
import dataclasses
import functools
from collections.abc import Callable

import tensorflow as tf
from absl import logging

from bmt_tf import _files as files
from bmt_tf.costs import CostTable
from bmt_tf.export import tree_costs
from bmt_tf.models.fresh_weights import drawn_for
from bmt_tf.runs.checkpoints import Checkpoints, saved_steps
from bmt_tf.runs.chief_files import written_by_chief
from bmt_tf.runs.holding import held
from bmt_tf.runs.progress import progress_of_run
from bmt_tf.runs.run import Run
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.runs.strategy import check_same_start, given_out, is_chief, strategy_of_run
from bmt_tf.supergraph import is_exact
from bmt_tf.training.branch_search.data import SearchData, split_for_search
from bmt_tf.training.branch_search.results import History, write_results
from bmt_tf.training.branch_search.schedule import Update
from bmt_tf.training.branch_search.steps import SearchSteps
from bmt_tf.training.branch_search.warm_up import WarmUp
from bmt_tf.training.branch_search.weights import weighed_tasks
from bmt_tf.training.lone_vectors import warn_of_lone_vectors


def search(config: SearchConfig) -> str:
    """Searches a tree, or goes on with a search that was stopped, and returns its run directory.

    Source: BMTAS, sec. 3.2 and appendix A; the order of updates is that of `SearchSchedule`.

    Args:
        config: The settings; the same settings in the same directory resume the search.

    Returns:
        The run directory, with `alpha.npz`, `grouping.json` and `search.json`.
    """
    strategy = strategy_of_run(config)
    with held(config.run_dir) if is_chief(strategy) else contextlib.nullcontext():
        _search(config, strategy)
    return config.run_dir


def _search(config: SearchConfig, strategy: tf.distribute.Strategy) -> None:
    run = Run.begin(config, writes=is_chief(strategy), check=lambda run: split_for_search(run).check())
    data, table = _begun_with(run, strategy)
    if not is_exact(len(data.tasks)):
        logging.info("The expected cost of %d tasks is estimated by sampling.", len(data.tasks))
    part = _Part(run, strategy, data, table)
    with part.progress:
        part.warm_up()
        part.search()


class _Part:
    """One part of a search, from start or resumption to end or stop."""

    def __init__(self, run: Run, strategy: tf.distribute.Strategy, data: SearchData, table: CostTable):
        self.run, self.config, self.strategy, self.data, self.table = run, run.settings, strategy, data, table
        self.schedule, self.chief = data.schedule, is_chief(strategy)
        before = files.read_json(run.paths.timing) if files.exists(run.paths.timing) else None
        self.progress = progress_of_run(run, self.schedule.left, self.chief, before)
        self.warmed: WarmUp | None = None

    def warm_up(self) -> None:
        """Trains the network of the warm-up, unless the search itself has begun."""
        if self.run.saved_steps:
            return
        with self.strategy.scope():
            self.warmed = WarmUp(self.config, self.run.encoder, self.data.tasks)
        warn_of_lone_vectors(self.warmed.model, self.config.batch_size, self.strategy)
        checkpoints = self.warmed.checkpoints(self.run.paths.warm_up_checkpoints, self.chief)
        step = self.warmed.step_function(self.strategy)
        self._go(checkpoints.restore() or 0, self.schedule.warm_up, checkpoints, lambda update, batch: step(batch))

    def search(self) -> None:
        """Updates alpha and weights in turn, and writes the results."""
        with self.strategy.scope():
            steps = SearchSteps(self.config, self.run.encoder, self.data.tasks, self.table)
        history = History(self.config, self.schedule, self.data.tasks, self.run.encoder.block_names, self.table)
        checkpoints = Checkpoints(self.run.paths.checkpoints, self.chief, **steps.tracked(), history=history.variable)
        start = checkpoints.restore()
        # Before the first is written: who comes later would find it.
        check_same_start(self.strategy, self.run.path, start or 0)
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
            write_results(self.run, self.data.tasks, self.schedule, self.table, result, self.progress.timing)

    def _go(self, start: int, stop: int, checkpoints: Checkpoints, step: Callable) -> None:
        check_same_start(self.strategy, self.run.path, start)
        self.progress.resume(start)
        streams = {}
        weights = {f"weight_{task.name}": tf.constant(task.weight) for task in self.data.tasks}
        for done in range(start, stop):
            update = self.schedule.update(done)
            if update.phase not in streams:
                batches = functools.partial(self.data.batches, update.phase, update.batch)
                streams[update.phase] = given_out(self.strategy, self.config.batch_size, batches)
            self.progress.enter(update.phase)
            self.progress.add(done + 1, step(update, next(streams[update.phase])) | weights)
            if (done + 1) % self.config.checkpoint_every == 0 or done + 1 == stop:
                self.progress.flush()  # Looks for numbers that are not finite before the older checkpoints go.
                checkpoints.save(done + 1)
                if self.chief:
                    files.write_json(self.run.paths.timing, self.progress.timing)


def _begun_with(run: Run, strategy: tf.distribute.Strategy) -> tuple[SearchData, CostTable]:
    """Returns the images, the weights of the tasks and the costs that the run was begun with, made at its start."""
    settings, data = run.settings, split_for_search(run)
    anew = not (run.saved_steps or saved_steps(run.paths.warm_up_checkpoints))

    def costs():
        # For the final network's images.
        with drawn_for(settings.seed, "costs"):
            table = tree_costs(run.encoder, run.tasks, settings.image_size, settings.cost_unit, settings.runtime)
            return table.to_dict()

    split = written_by_chief(strategy, run.paths.split, data.to_json, anew=anew)
    table = written_by_chief(strategy, run.paths.costs, costs, anew=anew)
    data = data.with_split(split)
    weighed = dataclasses.replace(data, tasks=weighed_tasks(run, strategy, data, anew=anew))
    return weighed, CostTable.from_dict(table)
