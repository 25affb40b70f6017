"""Lengths in an image whose height and width change by different factors."""

from typing import Any

from bmt_tf.tasks.kinds import LabelKind


def length_factors(kind: LabelKind, channels: int, down: Any, right: Any) -> list[Any]:
    """Returns by what the numbers of each channel are multiplied where they are lengths in pixels.

    Numbers that change sign in a left-right flip are lengths to the right, the others beside them lengths down; where
    none changes sign, as those of a disparity, they all are lengths along the rows.

    Args:
        kind: A label kind.
        channels: Its channels.
        down: By what the height changes.
        right: By what the width changes.
    """
    return [right if channel in kind.mirrored or not kind.mirrored else down for channel in range(channels)]
