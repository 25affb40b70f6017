"""The file `alpha.npz`: what a differentiable search has learned, and how it came there."""

import dataclasses
import pathlib

import numpy as np

from bmt_tf import _files as files
from bmt_tf.grouping import Grouping


@dataclasses.dataclass(frozen=True, eq=False)
class AlphaHistory:
    """The routing distribution at the end of a search, and on the way. Source: BMTAS, sec. 3.2.

    Args:
        alpha: float32 `[L, T, J]`, unnormalised log-probabilities of the candidates.
        history: float32 `[S, L, T, J]`, the same at S moments, the last one being the end.
        steps: int64 `[S]`, updates of the weights done at each moment.
        temperature: float64 `[S]`, temperature of the samples at each moment.
        tasks: T names.
        blocks: L names.

    Raises:
        ValueError: The shapes do not fit the names, or `alpha` is not finite.
    """

    alpha: np.ndarray
    history: np.ndarray
    steps: np.ndarray
    temperature: np.ndarray
    tasks: tuple[str, ...]
    blocks: tuple[str, ...]

    def __post_init__(self):
        for field in ("tasks", "blocks"):
            object.__setattr__(self, field, tuple(str(name) for name in getattr(self, field)))
        shape, moments = (len(self.blocks), len(self.tasks), *self.alpha.shape[2:]), self.steps.shape
        if self.alpha.ndim != 3 or self.alpha.shape != shape or self.history.shape != moments + shape:
            raise ValueError(
                f"`alpha` must be [L, T, J] with L = {len(self.blocks)} and T = {len(self.tasks)}, `history` of one "
                f"axis more, as long as `steps`. Received: {self.alpha.shape}, {self.history.shape} and {moments}."
            )
        if self.temperature.shape != moments:
            raise ValueError(f"`temperature` must be as long as `steps`. Received: {self.temperature.shape}.")
        if not np.isfinite(self.alpha).all():
            block, task, _ = np.argwhere(~np.isfinite(self.alpha))[0]
            raise ValueError(
                f"`alpha` must be finite. Received: {self.alpha[block, task].tolist()} at block "
                f"{self.blocks[block]!r}, task {self.tasks[task]!r}."
            )

    @property
    def probs(self) -> np.ndarray:
        """float64 `[L, T, J]`, probabilities of the candidates."""
        return probabilities(self.alpha)

    @property
    def routing(self) -> np.ndarray:
        """int64 `[L, T]`, the most likely candidate of each task at each block; the first of equals."""
        return self.alpha.argmax(axis=2).astype(np.int64)

    def grouping(self, encoder: str = "", made_by: dict | None = None) -> Grouping:
        """Returns the tree of the most likely routing.

        Args:
            encoder: Name of the encoder whose blocks these are, to be noted in the tree; empty for any.
            made_by: How the tree was found, as JSON values, to be noted in the tree.
        """
        return Grouping.from_routing(self.tasks, self.blocks, self.routing, encoder, made_by)

    def save(self, path: str | pathlib.Path) -> None:
        """Writes `alpha.npz`, whole or not at all.

        Args:
            path: The file, local or remote; its folder is made if need be.
        """
        files.write_arrays(path, **vars(self))

    @classmethod
    def load(cls, path: str | pathlib.Path) -> "AlphaHistory":
        """Returns what `save` wrote.

        Args:
            path: The file, local or remote.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: The file is damaged, or of another kind.
        """
        arrays = files.read_arrays(path, [field.name for field in dataclasses.fields(cls)], "scripts/search.py")
        try:
            return cls(**arrays)
        except ValueError as error:
            raise ValueError(f"{path} must be a whole file made by scripts/search.py. Received: {error}") from error


def probabilities(alpha: np.ndarray) -> np.ndarray:
    """Returns the softmax of log-probabilities `[..., J]` over the last axis, in float64."""
    scores = np.exp(np.asarray(alpha, np.float64) - np.max(alpha, axis=-1, keepdims=True))
    return scores / scores.sum(axis=-1, keepdims=True)
