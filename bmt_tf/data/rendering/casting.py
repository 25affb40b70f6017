"""Ray casting: which solid each pixel sees, how far away, and the surface there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.world import BOX, CYLINDER, ROUNDED, Solids

_NEAR = 0.05  # metres; what comes closer to the camera than this is not bounded but looked for everywhere
_TINY = np.float32(1e-9)  # keeps rays that run along a face from dividing by zero
_CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float32)


@dataclass(frozen=True, eq=False)
class Surface:
    """The surface at `N` pixels.

    Attributes:
        solid: int `[N]`, the solid seen.
        depth: float32 `[N]`, metres along the optical axis.
        points: float32 `[3, N]`, in world coordinates, in metres.
        normals: float32 `[3, N]`, unit normals in world coordinates.
        local: float32 `[3, N]`, the points in the solid's own axes, in metres.
        local_normals: float32 `[3, N]`, the normals in the solid's own axes.
    """

    solid: np.ndarray
    depth: np.ndarray
    points: np.ndarray
    normals: np.ndarray
    local: np.ndarray
    local_normals: np.ndarray


def cast(solids: Solids, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Returns the depth and the number of the nearest solid at every pixel; the camera must be outside all solids.

    Depths are float32 `[H, W]`, metres along the optical axis, infinite where nothing is seen; numbers are int32
    `[H, W]`, -1 there.
    """
    # Rays in the units of each solid: origin [P, 3], direction [P, 3, H, W] = across [P, 3, W] + down [P, 3, H].
    basis = np.einsum("jip,kj->pik", solids.rotation, camera.rotation) / solids.scale.T[:, :, None]
    offset = camera.position[:, None] - solids.centre
    origin = np.einsum("jip,jp->pi", solids.rotation, offset) / solids.scale.T
    columns, rows = camera.slopes()
    across = basis[:, :, 0, None] * columns
    down = basis[:, :, 1, None] * rows - basis[:, :, 2, None]
    depth = np.full((camera.height, camera.width), np.inf, np.float32)
    solid = np.full((camera.height, camera.width), -1, np.int32)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for p, (top, bottom, left, right) in enumerate(_windows(solids, camera)):
            if top >= bottom or left >= right:
                continue
            direction = across[p, :, None, left:right] + down[p, :, top:bottom, None]
            seen = _ENTRIES[solids.shape[p]](origin[p], direction, solids.length[p])
            window = depth[top:bottom, left:right]
            closer = (seen < window) & (seen > 0)
            np.copyto(window, seen, where=closer)
            np.copyto(solid[top:bottom, left:right], p, where=closer)
    return depth, solid


def surface(solids: Solids, camera: Camera, depth: np.ndarray, solid: np.ndarray) -> Surface:
    """Returns the surface at the `N` pixels with a solid, in row-major order, from what `cast` returned."""
    hit = np.flatnonzero(solid >= 0)
    number, distance = solid.ravel()[hit], depth.ravel()[hit]
    points = camera.points(np.where(solid >= 0, depth, 0)).reshape(3, -1)[:, hit]
    points = camera.rotation.T @ points + camera.position[:, None]
    rotation, scale = solids.rotation[:, :, number], solids.scale[:, number]
    local = np.einsum("jin,jn->in", rotation, points - solids.centre[:, number])
    normals = _unit_normals(local / scale, solids.shape[number], solids.length[number]) / scale
    normals /= np.sqrt((normals * normals).sum(0))
    return Surface(number, distance, points, np.einsum("ijn,jn->in", rotation, normals), local, normals)


def _windows(solids, camera):
    """Rows and columns outside of which each solid is not seen: int `[P, 4]` top, bottom, left, right."""
    reach = solids.scale.copy()
    reach[1] *= 1 + solids.length
    corners = np.einsum("ijp,jp,cj->icp", solids.rotation, reach, _CORNERS) + solids.centre[:, None]
    columns, rows, depth = camera.project(corners)
    behind = depth < _NEAR
    bounds = np.stack([rows.min(0), rows.max(0) + 1, columns.min(0), columns.max(0) + 1])
    limits = np.array([camera.height, camera.height, camera.width, camera.width], np.float32)[:, None]
    bounds = np.where(behind.any(0), limits * np.array([[0], [1], [0], [1]], np.float32), bounds)
    bounds = np.where(behind.all(0), 0, bounds)
    return np.clip(bounds, 0, limits).astype(int).T.tolist()


def _enter_box(origin, direction, _):
    """Depths `[H, W]` at which rays enter the cube [-1, 1], infinite for a miss."""
    inverse = 1 / (direction + _TINY)
    middle = -origin[:, None, None] * inverse
    half = np.abs(inverse)
    enter, leave = (middle - half).max(0), (middle + half).min(0)
    return np.where(enter <= leave, enter, np.float32(np.inf))


def _enter_cylinder(origin, direction, _):
    """Depths at which rays enter the cylinder of radius 1 and half height 1."""
    (x, y, z), (u, v, w) = origin, direction
    a = u * u + w * w
    b = x * u + z * w
    root = np.sqrt(b * b - a * (x * x + z * z - 1))
    inverse = 1 / (v + _TINY)
    middle, half = -y * inverse, np.abs(inverse)
    enter, leave = np.maximum((-b - root) / a, middle - half), np.minimum((root - b) / a, middle + half)
    return np.where(enter <= leave, enter, np.float32(np.inf))


def _enter_rounded(origin, direction, length):
    """Depths at which rays enter what is within 1 of the line of half length `length` along y."""
    (x, y, z), (u, v, w) = origin, direction
    a = u * u + w * w
    b = x * u + z * w
    centre = np.float32(0)
    if length:
        side = (-b - np.sqrt(b * b - a * (x * x + z * z - 1))) / a
        height = y + side * v
        centre = np.where(height < 0, -length, length)
    y = y - centre
    a = a + v * v
    b = b + y * v
    ball = (-b - np.sqrt(b * b - a * (x * x + z * z + y * y - 1))) / a
    if length:
        ball = np.where(np.abs(height) <= length, side, ball)
    return np.where(np.isnan(ball), np.float32(np.inf), ball)


_ENTRIES = {BOX: _enter_box, CYLINDER: _enter_cylinder, ROUNDED: _enter_rounded}


def _unit_normals(local, shape, length):
    """Normals, of any length, at points on the solids in their units: both `[3, N]`."""
    x, y, z = local
    size = np.abs(local)
    on_end = np.abs(y) >= np.sqrt(x * x + z * z)
    box = local * (size >= size.max(0))
    cylinder = np.stack([x * ~on_end, y * on_end, z * ~on_end])
    rounded = np.stack([x, y - np.clip(y, -length, length), z])
    return np.where(shape == BOX, box, np.where(shape == CYLINDER, cylinder, rounded))
