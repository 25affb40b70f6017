"""The start of a soft-sharing network from every task's own trained network."""

import dataclasses

import keras

from bmt_tf.grouping import Node
from bmt_tf.models.soft_sharing.nddr import match_norms
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.folders import runs_in
from bmt_tf.runs.run import Run
from bmt_tf.runs.settings import EncoderSettings
from bmt_tf.training.batches import run_batches

# Settings that must be those of the single-task runs; how long and how fast they were trained may differ.
_SAME = (*(field.name for field in dataclasses.fields(EncoderSettings)), "held_out")


def check_start(run: Run) -> None:
    """Refuses single-task runs that a run cannot start from; called before its first step.

    Raises:
        ValueError: A task has none, or more than one; one is of several tasks, not finished, of another encoder, or
            trained on other images or from other weights.
        FileNotFoundError: There is no run at a path.
    """
    if run.settings.start_from:
        _singles(run)


def start_network(model: keras.Model, run: Run) -> None:
    """Gives a new network what its settings say it starts from, beyond fresh or pretrained weights.

    Stem, blocks, (R-)ASPP and head of each task get the weights and the moving moments of its own network; units keep
    theirs. Then the norms of NDDR units are matched, where that is asked for.
    Source: BMTAS, appendix B ("fully pre-trained single-task networks"); BMN, appendix A ("best single-task models").

    Raises:
        ValueError: A single-task network lacks a variable, or has one of another shape.
    """
    for task, single in (_singles(run) if run.settings.start_from else {}).items():
        ours = {node.block: node for node in run.structure.nodes() if node.tasks == (task,)}
        theirs = single.trained().network
        for node in single.structure.nodes():
            _copy(theirs.get_layer(node.name), model.get_layer(ours[node.block].name), single, node)
    if run.settings.match_norms:
        match_norms(model, run.settings.tasks, run.structure.sites, next(iter(run_batches(run)))["image"])


def _copy(source: keras.Model, target: keras.Model, single: Run, node: Node) -> None:
    values = [(variable.name, tuple(variable.shape)) for variable in source.weights]
    wanted = [(variable.name, tuple(variable.shape)) for variable in target.weights]
    if values != wanted:
        missing = [variable for variable in wanted if variable not in values]
        raise ValueError(
            f"`start_from` must hold every variable of a task's stem, blocks and head. Received: {single.path}, whose "
            f"{node.name} has no {missing or values}."
        )
    for variable, value in zip(target.weights, source.weights, strict=True):
        variable.assign(value.numpy())


def _singles(run: Run) -> dict[str, Run]:
    """Returns the single-task run of every task, each fit to start from; runs of other tasks are left alone."""
    settings, found = run.settings, {}
    for path in runs_in(settings.start_from, "start_from"):
        single = Run.load(path, TrainConfig)
        tasks = single.settings.tasks
        if len(tasks) != 1 or tasks[0] in found:
            raise ValueError(
                f"`start_from` must be runs of a single task each, one per task. Received: {path} of {tasks} beside "
                f"{list(found)}."
            )
        found[tasks[0]] = single
    missing = [task for task in settings.tasks if task not in found]
    if missing:
        raise ValueError(
            f"`start_from` must hold a single-task run for every task (scripts/train.py --single makes them). "
            f"Received: none for {missing} in {settings.start_from}."
        )
    for task in settings.tasks:
        _check_fits(found[task], run)
    return {task: found[task] for task in settings.tasks}


def _check_fits(single: Run, run: Run) -> None:
    if not single.finished:
        raise ValueError(
            f"`start_from` must be finished runs; scripts/train.py goes on with one. Received: {single.path}, which "
            f"has no checkpoint of step {single.settings.steps}."
        )
    names = [*_SAME, "seed"] if run.settings.held_out else _SAME  # the seed says which images are held out
    pairs = {name: (getattr(single.settings, name), getattr(run.settings, name)) for name in names}
    pairs["heads"] = (
        single.settings.heads,
        {name: head for name, head in run.settings.heads.items() if name in single.settings.tasks},
    )
    pairs["weights"] = single.contents["weights"], run.contents["weights"]
    different = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if different:
        raise ValueError(
            f"`start_from` must be runs of the same network, weights and held-out images. Received: {single.path} with "
            f"other (theirs, ours): {different}."
        )
    ours = run.split("train").fingerprint()
    if single.contents["data"]["fingerprint"] != ours:
        raise ValueError(
            f"`start_from` must be runs on the same images as {run.settings.data!r}. Received: {single.path}, trained "
            f"on other files ({single.contents['data']})."
        )
