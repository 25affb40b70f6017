"""The form of a kind's label files, and checks of numbers that several kinds share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bmt_tf.tasks import LabelKind, Task
from bmt_tf.tasks.setting_rules import ANYTHING, SettingRule


@dataclass(frozen=True)
class LabelFormat:
    """How the files of a label kind are read and written.

    How the numbers in a file are to be read is its *encoding*, a dict with the settings of the task in `dataset.json`.
    Every setting has a default, so an empty encoding is the format that the README describes.

    Args:
        kind: The kind of label.
        read: Function `(stored, is_image, task, encoding) -> label` from the numbers of a file as they are stored, and
            whether these are the pixels of an image file, to the label in the form of the kind. It raises a ValueError
            that goes on from "a label of task ... must ".
        write: Function `(label, ignored) -> (suffix, content)` from a label that is not all ignored, and where it is
            ignored, to a file's suffix (`".png"` or `".npy"`) and bytes.
        settings: The settings that `read` knows, by name, and the rule for the value of each; names alone allow any.
        palette_indices: Whether a palette image holds the numbers of its palette, as for classes; otherwise it holds
            the colours, grey ones in one channel.
        notes: The settings with which `read` reads what `write` wrote, where these are to be noted in `dataset.json`.
    """

    kind: LabelKind
    read: Callable[[np.ndarray, bool, Task, Mapping[str, Any]], np.ndarray]
    write: Callable[[np.ndarray, np.ndarray], tuple[str, bytes]]
    settings: Mapping[str, SettingRule] | tuple[str, ...] = ()
    palette_indices: bool = False
    notes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        if not isinstance(self.settings, Mapping):
            object.__setattr__(self, "settings", dict.fromkeys(self.settings, ANYTHING))

    @property
    def name(self) -> str:
        """Name of the kind."""
        return self.kind.name


def one_channel(array: np.ndarray) -> np.ndarray:
    """Returns `[H, W]` of an array `[H, W]` or `[H, W, 1]`."""
    plane = array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array
    if plane.ndim != 2:
        raise ValueError(f"have one channel, the shape [H, W]. Received: shape {list(array.shape)}.")
    return plane


def one_vector(array: np.ndarray, task: Task) -> np.ndarray:
    """Returns an array that must be `[channels]`."""
    if array.shape != (task.channels,):
        raise ValueError(f"have the shape [{task.channels}]. Received: shape {list(array.shape)}.")
    return array


def whole_numbers(array: np.ndarray) -> np.ndarray:
    """Returns an array as int64, of whatever number type its whole numbers are."""
    whole = array.astype(np.int64) if np.isfinite(array).all() else None
    if whole is None or (array.dtype.kind == "f" and (whole != array).any()):
        raise ValueError("hold whole numbers. Received: fractions, NaN or infinity.")
    return whole


def refuse(wrong: np.ndarray, values: np.ndarray, rule: str) -> None:
    """Raises, with the first few of them, where some values are wrong by a rule such as "hold 0 or 1"."""
    if wrong.any():
        found = np.unique(values[wrong])
        shown = ", ".join(str(value) for value in found[:5].tolist())
        more = ", ..." if len(found) > 5 else ""
        raise ValueError(f"{rule}. Received: {shown}{more} in {int(wrong.sum())} places.")
