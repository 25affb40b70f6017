"""Running measure of edges: the F-measure at the best threshold of the whole data set (ODS-F)."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from bmt_tf.tasks.task import Task


@dataclasses.dataclass(frozen=True)
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
    """Running F-measure of edges at the threshold that is best for all images together (ODS-F).

    It works on arrays, outside of TensorFlow. What an image is padded with must be ignored in its label: every image
    is cut to the smallest rectangle around its labelled pixels, as the distance within which edges match and the
    treatment of borders depend on its size.

    Args:
        task: A task whose outputs are logits `[B, H, W, 1]` and whose labels are 0, 1 or 255.
        scoring: How edges are scored.

    Attributes:
        on_host: True: `update` takes arrays, on the host.
    """

    on_host = True

    def __init__(self, task: Task, scoring: EdgeScoring | None = None):
        self._settings = dataclasses.asdict(scoring or EdgeScoring())
        self.reset()

    def update(self, outputs: np.ndarray, labels: np.ndarray) -> None:
        """Adds a batch. Images without any labelled pixel change nothing.

        Args:
            outputs: Logits float32 `[B, H, W, 1]`.
            labels: uint8 `[B, H, W, 1]`.
        """
        from bmt_tf.tasks.edges.scores import map_edge_counts  # SciPy: a third of a second that making a task can spare

        labels = np.asarray(labels)[..., 0]
        boxes = [_labelled_box(label) for label in labels]
        probabilities = (1 + np.tanh(np.asarray(outputs)[..., 0] / 2)) / 2  # the sigmoid, without overflow
        pairs = [
            (probability[box], label[box])
            for probability, label, box in zip(probabilities, labels, boxes, strict=True)
            if box is not None
        ]
        for counts in map_edge_counts(pairs, self._settings):
            self._counts = self._counts + counts
            self._images += 1

    def result(self) -> float:
        """Returns the F-measure at the best threshold, 0 to 1; NaN without labelled images."""
        from bmt_tf.tasks.edges.scores import best_f

        return best_f(self._counts) if self._images else float("nan")

    def images(self) -> int:
        """Returns the number of images with a label since the last reset."""
        return self._images

    def reset(self) -> None:
        """Forgets all updates."""
        self._counts, self._images = 0, 0

    def sums(self) -> list[np.ndarray]:
        """Returns what the updates have added up to; of two measures the sums add up to those of all their images."""
        from bmt_tf.tasks.edges.scores import no_counts

        return [no_counts(self._settings["nms"]) + self._counts, np.array(self._images)]

    def set_sums(self, sums: Sequence[np.ndarray]) -> None:
        """Makes these the measure's sums.

        Args:
            sums: As from `sums`.
        """
        counts, images = sums
        self._counts, self._images = counts, int(images)


def _labelled_box(label: np.ndarray) -> tuple[slice, slice] | None:
    rows, columns = np.nonzero(label != 255)
    if not len(rows):
        return None
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
