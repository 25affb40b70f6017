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
        """Returns a camera by its angles.

        Args:
            height: Rows of the image.
            width: Columns of the image.
            view: Horizontal angle of view in degrees.
            position: The optical centre `(x, y, z)` in metres.
            yaw: Turn to the left in degrees.
            pitch: Turn upwards in degrees.
            roll: Turn about the optical axis in degrees, counter-clockwise as the photographer sees it.

        Returns:
            The camera.
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
        """Returns a camera with a square image that has a point in its middle.

        Args:
            size: Rows and columns of the image.
            view: Angle of view in degrees.
            position: The optical centre `(x, y, z)` in metres.
            target: The point looked at, in metres.

        Returns:
            The camera.
        """
        x, y, z = np.subtract(target, position)
        yaw, pitch = np.degrees([np.arctan2(-x, -z), np.arctan2(y, np.hypot(x, z))])
        return cls.looking(size, size, view=view, position=position, yaw=yaw, pitch=pitch)

    def slopes(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns the rays: the one through row r, column c is `(columns[c], rows[r], -1)`.

        Returns:
            float32 `[W]` and float32 `[H]`.
        """
        columns = (np.arange(self.width) + 0.5 - self.width / 2) / self.focal
        rows = (self.height / 2 - np.arange(self.height) - 0.5) / self.focal
        return columns.astype(np.float32), rows.astype(np.float32)

    def points(self, depth: np.ndarray) -> np.ndarray:
        """Returns the points seen, in camera coordinates.

        Args:
            depth: float32 `[H, W]` metres along the optical axis.

        Returns:
            float32 `[3, H, W]`, in metres.
        """
        columns, rows = self.slopes()
        return np.stack([depth * columns, depth * rows[:, None], -depth])

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns where points of the world are seen.

        Args:
            points: float32 `[3, ...]` in world coordinates.

        Returns:
            Columns and rows in pixels from the upper left corner of the image, and depths in metres, all `[...]`;
            columns and rows mean something where the depth is positive.
        """
        offset = points - self.position.reshape(3, *[1] * (points.ndim - 1))
        x, y, z = np.tensordot(self.rotation, offset, 1)
        scale = self.focal / np.maximum(-z, np.float32(1e-6))
        return self.width / 2 + x * scale, self.height / 2 - y * scale, -z
