"""Running measure of edges: the F-measure at the best threshold of the whole data set (ODS-F)."""

from dataclasses import dataclass

import numpy as np

from bmt_tf.tasks.task import Task


@dataclass(frozen=True)
class EdgeScoring:
    """How edges are scored; called with a task it makes an `EdgeODS`.

    Args:
        max_distance: How far a predicted edge may be from a true one, as a fraction of the image's diagonal. The
            papers: 0.0075 on PASCAL-Context, 0.011 on NYUD-v2.
        nms: Whether predictions first lose the pixels that are no maxima across the edge.
        thin_labels: Whether labels are thinned to lines one pixel wide.

    Raises:
        ValueError: `max_distance` is not above 0.
    """

    max_distance: float = 0.0075
    nms: bool = True
    thin_labels: bool = True

    def __post_init__(self):
        if not self.max_distance > 0:
            raise ValueError(f"`max_distance` must be above 0. Received: max_distance={self.max_distance}.")

    def __call__(self, task: Task) -> "EdgeODS":
        """Returns a running measure with these settings for a task."""
        return EdgeODS(task, self)


class EdgeODS:
    """F-measure of edges at the best threshold of the data set."""

    on_host = True

    def __init__(self, task: Task, scoring: EdgeScoring | None = None):
        self._scoring = scoring or EdgeScoring()
        self._images = 0

    def update(self, outputs: np.ndarray, labels: np.ndarray) -> None:
        """Adds a batch: `outputs` float32 `[B, H, W, 1]`, `labels` uint8 `[B, H, W, 1]`."""
        raise NotImplementedError
