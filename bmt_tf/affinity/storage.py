"""The files `affinity.npz` and `rdm/<task>.npz` of a run directory."""

import dataclasses
import json
import pathlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from bmt_tf import _files as files

MADE_BY = "scripts/affinity.py"
QUANTILES = (0.025, 0.975)
_RECORD = "measured_on"


@dataclasses.dataclass(frozen=True, eq=False)
class AffinityResult:
    """Affinities with what they belong to, and what a bootstrap over the images says of them.

    Args:
        affinity: float64 `[L, T, T]` in [-1, 1], as from `affinity`.
        tasks: T names.
        blocks: L names.
        images: K names of the images whose features were compared.
        replicates: float64 `[R, L, T, T]`, affinities of the bootstrap, as from `bootstrap_affinity`; R may be 0.
        measured_on: The network and the data of the features, as JSON values; empty where it is not known.

    Raises:
        ValueError: The shapes do not fit the names.
    """

    affinity: np.ndarray
    tasks: tuple[str, ...]
    blocks: tuple[str, ...]
    images: tuple[str, ...]
    replicates: np.ndarray
    measured_on: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        for field in ("tasks", "blocks", "images"):
            object.__setattr__(self, field, tuple(str(name) for name in getattr(self, field)))
        shape = (len(self.blocks), len(self.tasks), len(self.tasks))
        if self.affinity.shape != shape or self.replicates.shape[1:] != shape:
            raise ValueError(
                f"`affinity` must be of shape {shape} (blocks, tasks, tasks), `replicates` of one axis more. "
                f"Received: {self.affinity.shape} and {self.replicates.shape}."
            )

    @property
    def dissimilarity(self) -> np.ndarray:
        """float64 `[L, T, T]`, 1 minus the affinity."""
        return 1.0 - self.affinity

    @property
    def low(self) -> np.ndarray:
        """float64 `[L, T, T]`, the 2.5 % quantile of the replicates; the affinity itself where there are none."""
        return self._quantile(QUANTILES[0])

    @property
    def high(self) -> np.ndarray:
        """float64 `[L, T, T]`, the 97.5 % quantile of the replicates; the affinity itself where there are none."""
        return self._quantile(QUANTILES[1])

    def save(self, path: str | pathlib.Path) -> None:
        """Writes `affinity.npz`, whole or not at all; with `low` and `high`, for other readers.

        Args:
            path: The file, local or remote; its folder is made if need be.
        """
        arrays = vars(self) | {_RECORD: np.array(json.dumps(self.measured_on))}
        files.write_arrays(path, **arrays, low=self.low, high=self.high)

    @classmethod
    def load(cls, path: str | pathlib.Path) -> "AffinityResult":
        """Returns what `save` wrote.

        Args:
            path: The file, local or remote.
        """
        names = [field.name for field in dataclasses.fields(cls) if field.name != _RECORD]
        arrays = files.read_arrays(path, names, MADE_BY)
        try:
            record = json.loads(files.read_arrays(path, [_RECORD], MADE_BY)[_RECORD].item())
        except ValueError:  # a file of an earlier version, or one's own
            record = {}
        return cls(**arrays, measured_on=record)

    def _quantile(self, level: float) -> np.ndarray:
        return np.quantile(self.replicates, level, axis=0) if len(self.replicates) else self.affinity


def save_rdms(
    directory: str | pathlib.Path, task: str, rdms: np.ndarray, blocks: Sequence[str], images: Sequence[str]
) -> None:
    """Writes the RDMs of one task to `<directory>/<task>.npz`, whole or not at all.

    Args:
        directory: The folder, local or remote, made if need be.
        task: Name of the task, and so of the file.
        rdms: float64 `[L, K, K]`, the RDM of each block, as from `rdm`.
        blocks: L names.
        images: K names.
    """
    path = files.join(str(directory), f"{task}.npz")
    files.write_arrays(path, rdms=rdms, blocks=np.array(blocks), images=np.array(images))


class StoredRdms(Iterable[np.ndarray]):
    """The RDMs of several tasks, of the same blocks and images, read one task at a time whenever they are gone through.

    Forty tasks of 500 images at 17 blocks would be 1.4 GB at once.

    Args:
        directory: The folder that `save_rdms` wrote to.
        tasks: T names.

    Yields:
        float64 `[L, K, K]` of each task.

    Raises:
        ValueError: The tasks' RDMs are of different blocks or images, and cannot be compared.

    Attributes:
        blocks: L names.
        images: K names.
    """

    def __init__(self, directory: str | pathlib.Path, tasks: Sequence[str]):
        self._paths = [files.join(str(directory), f"{task}.npz") for task in tasks]
        stored = [files.read_arrays(path, ["blocks", "images"], MADE_BY) for path in self._paths]
        for task, one in zip(tasks, stored, strict=True):
            for field in ("blocks", "images"):
                if not np.array_equal(one[field], stored[0][field]):
                    raise ValueError(
                        f"`tasks` must have RDMs of the same {field} in {directory}. Received: those of {task!r} "
                        f"differ from those of {tasks[0]!r}; run scripts/affinity.py again for both."
                    )
        self.blocks, self.images = (tuple(str(name) for name in stored[0][field]) for field in ("blocks", "images"))

    def __iter__(self) -> Iterator[np.ndarray]:
        for path in self._paths:
            yield files.read_arrays(path, ["rdms"], MADE_BY)["rdms"]
