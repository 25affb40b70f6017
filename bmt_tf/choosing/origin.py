"""On which network and data an affinity, a search or a tree was made: kept with it, and used by what follows."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from bmt_tf.data import open_data
from bmt_tf.runs.config import RunConfig
from bmt_tf.runs.data import place_of
from bmt_tf.runs.measured_weights import kept_weights
from bmt_tf.runs.modules import import_modules
from bmt_tf.runs.run import Run
from bmt_tf.runs.settings import EncoderSettings, Rule, is_size


@dataclasses.dataclass(frozen=True, kw_only=True)
class MeasuredOn(EncoderSettings):
    """The network and the data of a measurement, as kept with it.

    Args:
        image_size: Height and width, in pixels, of the image for which costs are counted.
        load_size: Size to which every image was brought when it was read, as for training; empty for its own.
        data: The data, as for training; a local folder by its whole path.
        fingerprint: What the training split of the data held; empty where it is not known.
        weighting: How losses were weighed; empty where it is not known.
        loss_weights: Weights of tasks in the sum of the losses, where they differ from those that the data gives.
        heads: Heads of tasks, where they differ from those that the data gives.
        modules: Modules of the user's own that make its parts known.
    """

    image_size: tuple[int, int]
    load_size: tuple[int, ...] = ()
    data: str
    fingerprint: str = ""
    weighting: str = ""
    loss_weights: dict[str, float] = dataclasses.field(default_factory=dict)
    heads: dict[str, str] = dataclasses.field(default_factory=dict)
    modules: tuple[str, ...] = ()

    def _rules(self) -> Iterator[Rule]:
        yield from super()._rules()
        yield "image_size", is_size(self.image_size), "be a height and a width"


def measured_on(*runs: Run) -> MeasuredOn:
    """Returns on what one run, or several of the same settings, were made."""
    settings: RunConfig = runs[0].settings
    shared = {field.name: getattr(settings, field.name) for field in dataclasses.fields(EncoderSettings)}
    return MeasuredOn(
        **shared,
        image_size=settings.image_size,
        load_size=settings.load_size,
        data=place_of(settings.data),
        fingerprint=runs[0].record["data"]["fingerprint"],
        weighting=settings.weighting,
        loss_weights={name: weight for run in runs for name, weight in _loss_weights(run).items()},
        heads={name: head for run in runs for name, head in run.settings.heads.items()},
        modules=settings.modules,
    )


def _loss_weights(run: Run) -> dict[str, float]:
    return kept_weights(run) if run.settings.measures_weights else run.settings.loss_weights


def read_measured_on(stored: dict[str, Any], place: str) -> MeasuredOn | None:
    """Returns what was kept with a measurement, its modules imported; none where nothing was.

    `place` names the measurement in an error.
    """
    if not stored:
        return None
    try:
        found = MeasuredOn.from_json(stored)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place} must say on what it was measured. Received: {error}") from error
    import_modules(found.modules)
    return found


def same_data(name: str, found: MeasuredOn) -> bool:
    """Returns whether a name of data is that of a measurement, or of a copy of it elsewhere."""
    if place_of(name) == found.data:
        return True
    return bool(found.fingerprint) and open_data(name, "train").fingerprint() == found.fingerprint
