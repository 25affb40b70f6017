"""Labels of every task, from what the rays hit."""

import numpy as np

from bmt_tf.data.labels.instances import centre_offsets
from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.casting import Surface
from bmt_tf.data.rendering.world import Solids

IGNORE = 255
BASELINE = 0.12  # metres between the two cameras of a disparity


def object_map(solids: Solids, solid: np.ndarray) -> np.ndarray:
    """Returns which object each pixel sees, int `[H, W]`, -1 for the sky."""
    return np.append(solids.owner, -1)[solid]


def class_map(solids: Solids, solid: np.ndarray, sky: int) -> np.ndarray:
    """Returns the semantic class of each pixel, uint8 `[H, W, 1]`, `sky` where nothing is seen."""
    return np.append(solids.label[solids.owner], np.uint8(sky))[solid][..., None]


def part_map(solids: Solids, solid: np.ndarray) -> np.ndarray:
    """Returns the human part of each pixel, uint8 `[H, W, 1]`, 0 beside people; all ignored where there are none."""
    parts = np.append(solids.part, np.uint8(0))[solid][..., None]
    return parts if parts.any() else np.full_like(parts, IGNORE)


def depth_map(depth: np.ndarray) -> np.ndarray:
    """Returns the depth label, float32 `[H, W, 1]` metres along the optical axis, NaN for the sky."""
    return np.where(np.isfinite(depth), depth, np.float32(np.nan))[..., None]


def disparity_map(camera: Camera, depth: np.ndarray) -> np.ndarray:
    """Returns by how many pixels a second camera, `BASELINE` to the right, sees everything further to the left.

    float32 `[H, W, 1]`, NaN for the sky. Times the depth it is the focal length times the baseline everywhere.
    """
    return np.float32(camera.focal * BASELINE) / depth_map(depth)


def instance_map(solids: Solids, solid: np.ndarray) -> np.ndarray:
    """Returns the way from each pixel of a thing to the mean place of this thing's pixels; NaN beside the things.

    float32 `[H, W, 2]` in pixels, in the form of the label kind `instances`.
    """
    objects = object_map(solids, solid)
    return centre_offsets(objects, np.append(solids.thing, False)[objects])


def normal_map(camera: Camera, seen: Surface, solid: np.ndarray) -> np.ndarray:
    """Returns the surface normals, float32 `[H, W, 3]`, NaN for the sky.

    They are unit vectors in camera coordinates: x to the right, y up, z to the viewer.
    """
    normals = np.full((*solid.shape, 3), np.nan, np.float32)
    normals[solid >= 0] = (camera.rotation @ seen.normals).T
    return normals


def edge_map(solids: Solids, depth: np.ndarray, solid: np.ndarray) -> np.ndarray:
    """Returns the outlines of objects and human parts, and jumps of depth by a tenth within objects, uint8 `[H, W, 1]`.

    Of two pixels on either side of an outline the nearer one is marked.
    """
    objects = object_map(solids, solid)
    outline = objects * 16 + np.append(solids.part, np.uint8(0))[solid]
    edges = np.zeros(solid.shape, bool)
    for first, second in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        a, b = depth[first], depth[second]
        with np.errstate(invalid="ignore"):
            jump = (solid[first] != solid[second]) & (np.abs(a - b) > 0.1 * np.minimum(a, b))
        differ = (outline[first] != outline[second]) | jump
        nearer = a <= b
        edges[first] |= differ & nearer
        edges[second] |= differ & ~nearer
    return edges[..., None].astype(np.uint8)


def saliency_map(solids: Solids, depth: np.ndarray, solid: np.ndarray) -> np.ndarray:
    """Returns the most prominent things of the image, uint8 `[H, W, 1]`, 0 or 1; all 0 where there is no thing.

    Each pixel of a thing counts by how near it is to the middle of the image and to the camera. The thing with the
    largest sum is salient, and so is every thing with at least half of that sum.
    """
    height, width = solid.shape
    across = np.linspace(-1, 1, width, dtype=np.float32) ** 2
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] ** 2
    weight = np.exp(-1.5 * (across + down)) / (1 + 0.25 * depth)
    objects = object_map(solids, solid)
    score = np.bincount(objects.ravel() + 1, weight.ravel(), len(solids.label) + 1)[1:] * solids.thing
    salient = (score > 0) & (score >= 0.5 * score.max())
    return np.append(salient, False)[objects][..., None].astype(np.uint8)
