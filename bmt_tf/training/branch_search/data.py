"""The images of a search: split between weights and alpha, checked, and handed out phase by phase."""

import dataclasses
import zlib
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from bmt_tf.data import training_batches
from bmt_tf.data.pipeline import Part
from bmt_tf.data.resized import Resized
from bmt_tf.data.source import Source, with_only
from bmt_tf.data.splitting import split_indices
from bmt_tf.runs.data import augmentation
from bmt_tf.runs.run import Run
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.tasks import Task
from bmt_tf.training.branch_search.schedule import SearchSchedule


@dataclasses.dataclass(frozen=True)
class SearchData:
    """The training images of a search."""

    config: SearchConfig
    source: Source  # the training split, at the size the search sees
    tasks: tuple[Task, ...]  # in the order of the settings, with the weights of their losses
    indices: Mapping[str, np.ndarray]  # sorted numbers of the images, by what they train: `theta` and `alpha`

    @property
    def schedule(self) -> SearchSchedule:
        """The order of updates; what is left of a pass after its last whole batch is for the next one."""
        alpha, theta = (len(self.indices[name]) // self.config.batch_size for name in ("alpha", "theta"))
        return SearchSchedule(self.config.warm_up_steps, alpha, theta, self.config.steps)

    def batches(self, phase: str, start: int, part: Part | None = None) -> tf.data.Dataset:
        """Returns the batches of a phase from number `start` on, without end; `part` is as for `training_batches`.

        The warm-up sees the images of the weights, in its own order.
        """
        images = "alpha" if phase == "alpha" else "theta"
        share = len(self.indices[images]) / sum(map(len, self.indices.values()))
        return training_batches(
            self.source,
            self.tasks,
            batch_size=self.config.batch_size,
            image_size=self.config.at_search_scale().image_size,
            augmentation=augmentation(self.config),
            seed=derived_seed(self.config.seed, f"batches of {phase}"),
            start=start,
            indices=self.indices[images],
            cache_bytes=int(self.config.cache_bytes * share),
            part=part,
        )

    def check(self) -> None:
        """Checks that each task has a labelled image on both sides; reads images only until it has found them."""
        for name, indices in self.indices.items():
            missing = _without_labels(self.source, self.tasks, indices)
            if missing:
                raise ValueError(
                    f"`tasks` must each have a labelled image among the {len(indices)} training images "
                    f"for {name} in {self.config.data!r}. Received: none for {missing}."
                )

    def to_json(self) -> dict[str, list[int]]:
        """Returns the split as JSON values: numbers of images, by what they train."""
        return {name: indices.tolist() for name, indices in self.indices.items()}

    def with_split(self, stored: Mapping[str, list[int]]) -> "SearchData":
        """Returns the same data with the split that `to_json` gave, that which the run was begun with."""
        return dataclasses.replace(self, indices={name: np.array(row) for name, row in stored.items()})


def split_for_search(run: Run) -> SearchData:
    """Returns the training images of a search at its size, without those held out, split by seed.

    Source: BMTAS, appendix A: 20 % of the images for alpha, the rest for the weights.
    """
    config, source, indices = run.settings, run.split("train"), run.training_images
    alpha = int(len(indices) * config.alpha_fraction)
    if min(alpha, len(indices) - alpha) < config.batch_size:
        raise ValueError(
            f"`alpha_fraction` must give at least a batch of {config.batch_size} of the {len(indices)} "
            f"training images in {config.data!r} to alpha, and leave one to the weights. Received: "
            f"alpha_fraction={config.alpha_fraction}, which gives it {alpha}."
        )
    for_theta, for_alpha = split_indices(len(indices), alpha, derived_seed(config.seed, "split"))
    if config.search_scale != 1:
        source = Resized(source, config.search_scale)
    return SearchData(config, source, run.tasks, {"theta": indices[for_theta], "alpha": indices[for_alpha]})


def derived_seed(seed: int, purpose: str) -> int:
    """Returns a seed of its own for each purpose, below 2^32, so that no two of a run draw the same numbers."""
    return zlib.crc32(f"{purpose} {seed}".encode())


def _without_labels(source: Source, tasks: tuple[Task, ...], indices: np.ndarray) -> list[str]:
    """Returns the names of the tasks that have no labelled image, by the count that their losses go by."""
    wanted = {task.name: task for task in tasks}
    for index in indices:
        labels = with_only(source, wanted)[int(index)]["labels"]
        for name, task in list(wanted.items()):
            label = task.without_background_alone(tf.convert_to_tensor(labels[name]))
            if float(task.loss.counts(label[None])[0]) > 0:
                del wanted[name]
        if not wanted:
            break
    return list(wanted)
