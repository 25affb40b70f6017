"""A pinhole camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole camera with square pixels and the principal point in the middle of the image.

    Camera coordinates: x to the right, y up, z towards the viewer, so what is seen has negative z. World coordinates
    are those of a camera at the origin that looks along the horizon. The ray through a pixel is scaled so that its
    parameter is the depth, the distance along the optical axis.

    Args:
        height: Rows of the image.
        width: Columns of the image.
        focal: Focal length in pixels.
        position: float32 `[3]`, the optical centre in world coordinates, in metres.
        rotation: float32 `[3, 3]`, from world to camera coordinates.
    """

    height: int
    width: int
    focal: float
    position: np.ndarray
    rotation: np.ndarray

    @classmethod
    def looking(
        cls,
        height: int,
        width: int,
        *,
        view: float,
        position: tuple[float, float, float],
        yaw: float = 0.0,
        pitch: float = 0.0,
        roll: float = 0.0,
    ) -> Camera:
        """Returns a camera by its horizontal angle of view and its turns, all in degrees.

        It is at `position`, in metres; `yaw` turns it to the left, `pitch` upwards, and `roll` about the optical axis,
        counter-clockwise as the photographer sees it.
        """
        a, b, c = np.radians([yaw, pitch, roll])
        turn = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
        nod = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
        tilt = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
        focal = width / (2 * np.tan(np.radians(view) / 2))
        return cls(
            height, width, float(focal), np.array(position, np.float32), (turn @ nod @ tilt).T.astype(np.float32)
        )

    @classmethod
    def facing(
        cls, size: int, *, view: float, position: tuple[float, float, float], target: tuple[float, float, float]
    ) -> Camera:
        """Returns a camera whose square image, `size` pixels and `view` degrees wide, has `target` in its middle."""
        x, y, z = np.subtract(target, position)
        yaw, pitch = np.degrees([np.arctan2(-x, -z), np.arctan2(y, np.hypot(x, z))])
        return cls.looking(size, size, view=view, position=position, yaw=yaw, pitch=pitch)

    def slopes(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns the rays, float32 `[W]` and `[H]`: the one through row r, column c is `(columns[c], rows[r], -1)`."""
        columns = (np.arange(self.width) + 0.5 - self.width / 2) / self.focal
        rows = (self.height / 2 - np.arange(self.height) - 0.5) / self.focal
        return columns.astype(np.float32), rows.astype(np.float32)

    def points(self, depth: np.ndarray) -> np.ndarray:
        """Returns the points seen at depths `[H, W]`, in metres, in camera coordinates: float32 `[3, H, W]`."""
        columns, rows = self.slopes()
        return np.stack([depth * columns, depth * rows[:, None], -depth])

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns where points of the world, float32 `[3, ...]`, are seen: columns, rows and depths, all `[...]`.

        Columns and rows are in pixels from the upper left corner of the image, depths in metres; where these are not
        positive the others mean nothing.
        """
        offset = points - self.position.reshape(3, *[1] * (points.ndim - 1))
        x, y, z = np.tensordot(self.rotation, offset, 1)
        scale = self.focal / np.maximum(-z, np.float32(1e-6))
        return self.width / 2 + x * scale, self.height / 2 - y * scale, -z
