"""What a choice need not be told: the network and the data that its affinity, search, run or tree was made on."""

import dataclasses
import os

from absl import logging

from bmt_tf import _files as files
from bmt_tf.affinity import AffinityResult
from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.choosing.origin import MeasuredOn, measured_on, read_measured_on, same_data
from bmt_tf.grouping import Grouping
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.data import place_of
from bmt_tf.runs.paths import ChoicePaths, RunPaths
from bmt_tf.runs.run import Run
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.runs.settings import EncoderSettings, by_task

_NETWORK = tuple(field.name for field in dataclasses.fields(EncoderSettings))
_OPEN = (None, "", (), {})  # what a setting is that leaves something open
_NEEDED = ("data", "encoder", "image_size")  # the others have defaults
_MEASURED = (*_NETWORK, "load_size", "heads")  # must not be given otherwise than they were measured


def completed(config: ChoiceConfig, likeness: AffinityResult | None) -> tuple[ChoiceConfig, MeasuredOn]:
    """Returns the settings of a choice with what it is made from filled in, and the record to keep with the tree.

    Args:
        config: The settings; what they leave open is taken from the record of the affinity, the search, the run or the
            tree.
        likeness: The affinity, where the method is by one.

    Returns:
        Settings that leave nothing of the network and its data open, and what they say of these.

    Raises:
        ValueError: A setting contradicts the record, or is not given where there is none.
    """
    source, tasks, record = _record(config, likeness)
    config = dataclasses.replace(config, heads=by_task(config.heads, tasks))
    if record is None:
        for name in _NEEDED:
            if not getattr(config, name):
                raise ValueError(
                    f"`{name}` must be given where {source or 'no measurement'} does not say on what it was made. "
                    f"Received: {name}={getattr(config, name)!r}."
                )
        defaults = {field.name: field.default for field in dataclasses.fields(EncoderSettings)}
        config = _filled(config, defaults)
        return config, _kept(config, MeasuredOn(data=config.data, image_size=config.image_size))
    _check_agrees(config, record, source)
    config = dataclasses.replace(config, **{name: getattr(record, name) for name in _MEASURED})
    config = _filled(config, {"data": record.data, "image_size": record.image_size})
    return config, _kept(config, record)


def network_of(config: ChoiceConfig) -> EncoderSettings:
    """Returns the encoder's settings of a completed choice."""
    return EncoderSettings(**{name: getattr(config, name) for name in _NETWORK})


def _record(config: ChoiceConfig, likeness: AffinityResult | None) -> tuple[str, tuple[str, ...], MeasuredOn | None]:
    """Returns what the choice is made from, as an error calls it, its tasks, and what it says of network and data."""
    if likeness is not None:
        source = f"the affinity {config.affinity}"
        return source, likeness.tasks, read_measured_on(likeness.measured_on, source)
    if config.method == "bmtas":
        source = f"the search {config.search}"
        if not files.is_file(RunPaths(config.search).config):
            return source, config.tasks, None
        run = Run.load(config.search, SearchConfig)
        return source, run.settings.tasks, measured_on(run)
    if config.method == "fafs":
        run = Run.load(config.shared, TrainConfig)
        return f"the run {config.shared}", run.settings.tasks, measured_on(run)
    if not config.like:
        return "", config.tasks, None
    tasks = Grouping.load(config.like).tasks  # the file itself is looked for first
    source, folder = f"the tree {config.like}", os.path.dirname(config.like)
    beside = ChoicePaths(folder).choice
    if not files.is_file(beside) and files.is_file(RunPaths(folder).config):
        return source, tasks, measured_on(Run.load(folder))  # a search has found it, or a network was trained of it
    stored = files.read_json(beside).get("measured_on", {}) if files.is_file(beside) else {}
    return source, tasks, read_measured_on(stored, source)


def _check_agrees(config: ChoiceConfig, record: MeasuredOn, source: str) -> None:
    for name in _MEASURED:
        asked, known = getattr(config, name), getattr(record, name)
        if asked not in (*_OPEN, known):
            raise ValueError(
                f"`{name}` must be {known!r}, as {source} was made with, or not given. Received: {name}={asked!r}."
            )
    if config.data and not same_data(config.data, record):
        raise ValueError(
            f"`data` must hold what {source} was made on, {record.data}, or not be given. Received: {config.data!r} "
            f"with other files."
        )
    if config.image_size and config.image_size != record.image_size:
        logging.info(
            "Costs are counted at %d x %d, as asked; %s was made at %d x %d.",
            *config.image_size,
            source,
            *record.image_size,
        )


def _kept(config: ChoiceConfig, record: MeasuredOn) -> MeasuredOn:
    measured = {name: getattr(config, name) for name in _MEASURED}
    return dataclasses.replace(record, **measured, image_size=config.image_size, data=place_of(config.data))


def _filled(config: ChoiceConfig, values: dict) -> ChoiceConfig:
    """Returns the settings with values where they leave something open."""
    open_ = {name: value for name, value in values.items() if getattr(config, name) in _OPEN}
    return dataclasses.replace(config, **open_)
