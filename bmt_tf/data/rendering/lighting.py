"""Light, haze and the camera's sensor: from surfaces to pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.casting import Surface, cast
from bmt_tf.data.rendering.textures import pattern_mix, smooth_noise
from bmt_tf.data.rendering.world import Solids, World


@dataclass(frozen=True)
class Light:
    """A light that shines on everything turned to it.

    Attributes:
        position: `(x, y, z)` in metres.
        colour: RGB, the light on a surface that faces it at the distance `reach`.
        reach: Distance in metres at which it has that strength; 0 for the sun, which does not fade.
        view: Degrees of the cone in which it casts shadows; 0 for a light without shadows.
        target: Middle of that cone.
    """

    position: tuple[float, float, float]
    colour: tuple[float, float, float]
    reach: float = 0.0
    view: float = 0.0
    target: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Atmosphere:
    """Everything about the light that is not one lamp.

    Attributes:
        ambient: RGB of the light from everywhere.
        sky: RGB at the zenith.
        horizon: RGB at the horizon, also that of the haze.
        haze: Distance in metres at which haze hides two thirds of a colour; 0 for clear air.
        exposure: Factor on all light.
        noise: Standard deviation of the sensor's noise in grey levels of 0..255.
    """

    ambient: tuple[float, float, float]
    sky: tuple[float, float, float] = (0.0, 0.0, 0.0)
    horizon: tuple[float, float, float] = (0.0, 0.0, 0.0)
    haze: float = 0.0
    exposure: float = 1.0
    noise: float = 4.0


class View(NamedTuple):
    """A scene ready to be photographed."""

    world: World
    camera: Camera
    lights: tuple[Light, ...]
    atmosphere: Atmosphere


def photograph(view: View, solids: Solids, seen: Surface, hit: np.ndarray, noise: np.random.Generator) -> np.ndarray:
    """Returns the picture that a camera takes, uint8 `[H, W, 3]`; `hit` has the pixels of the surface `seen`."""
    atmosphere, paint = view.atmosphere, solids.paint[seen.solid]
    colour = _albedo(solids, view.camera, seen, paint)
    light = np.array(atmosphere.ambient, np.float32)[:, None] * (0.75 + 0.25 * seen.normals[1])
    for lamp in view.lights:
        light += _received(solids, seen, lamp)
    glow = solids.glow[paint]
    colour *= light * (1 - np.minimum(glow, 1)) + glow
    picture = _sky(view.camera, atmosphere)
    if atmosphere.haze:
        hidden = 1 - np.exp(-seen.depth / atmosphere.haze)
        colour += (np.array(atmosphere.horizon, np.float32)[:, None] - colour) * hidden
    picture[:, hit] = colour
    return _develop(picture * np.float32(atmosphere.exposure), atmosphere.noise, noise)


def _albedo(solids, camera, seen: Surface, paint):
    """Linear RGB `[3, N]` of the surfaces, patterns faded out where they are finer than the pixels."""
    axis = np.abs(seen.local_normals).argmax(0)
    x, y, z = seen.local
    grain = solids.grain[paint]
    offset = (seen.solid * np.float32(0.37)).astype(np.float32)
    u = np.where(axis == 0, z, x) / grain + offset
    v = np.where(axis == 1, z, y) / grain + offset
    fineness = seen.depth / (camera.focal * grain)
    mix = 0.4 + (pattern_mix(solids.pattern[paint], u, v) - 0.4) * np.clip(1.5 - 3 * fineness, 0, 1)
    first, second = solids.colours
    return first[:, paint] * (1 - mix) + second[:, paint] * mix


def _received(solids, seen: Surface, light: Light):
    """Linear RGB `[3, N]` that a light sends to the surfaces."""
    towards = np.array(light.position, np.float32)[:, None] - seen.points
    square = (towards * towards).sum(0)
    strength = np.maximum((towards * seen.normals).sum(0), 0) / np.sqrt(square)
    if light.reach:
        strength *= light.reach**2 / (square + 0.25 * light.reach**2) * 1.25
    if light.view:
        strength *= _lit(solids, seen, light)
    return np.array(light.colour, np.float32)[:, None] * strength


def _lit(solids, seen: Surface, light: Light):
    """How much of the light reaches the points, 0 to 1 `[N]`: those that the light itself sees, with soft borders."""
    size = 120
    eye = Camera.facing(size, view=light.view, position=light.position, target=light.target)
    depth, _ = cast(solids, eye)
    depth = np.pad(depth, 1, constant_values=np.inf).ravel()
    # Points are lifted by about a pixel of the light's view, so that surfaces do not shade themselves.
    lift = np.maximum(eye.project(seen.points)[2], 0) / np.float32(eye.focal)
    columns, rows, distance = eye.project(seen.points + seen.normals * lift)
    distance -= 0.5 * lift
    columns, rows = np.clip(columns + 0.5, 0, size), np.clip(rows + 0.5, 0, size)
    left, top = columns.astype(np.int32), rows.astype(np.int32)
    a, b = columns - left, rows - top
    start = top * (size + 2) + left
    upper = (depth[start] > distance) * (1 - a) + (depth[start + 1] > distance) * a
    start += size + 2
    lower = (depth[start] > distance) * (1 - a) + (depth[start + 1] > distance) * a
    return np.where(distance > 0, upper * (1 - b) + lower * b, 1)


def _sky(camera, atmosphere):
    """Linear RGB `[3, H, W]` of the sky: brighter towards the horizon, with clouds."""
    columns, rows = camera.slopes()
    rays = np.stack(np.broadcast_arrays(columns, rows[:, None], np.float32(-1)))
    x, y, z = np.tensordot(camera.rotation.T, rays, 1)
    height = np.clip(y / np.sqrt(x * x + y * y + z * z), 0, 1)
    reach = 2 / np.maximum(height, 0.05)
    clouds = smooth_noise((x * reach).ravel(), (z * reach).ravel()).reshape(height.shape)
    mix = np.clip(1 - 1.6 * height + 0.6 * (clouds - 0.4), 0, 1)
    sky, horizon = (np.array(colour, np.float32)[:, None, None] for colour in (atmosphere.sky, atmosphere.horizon))
    return sky * (1 - mix) + horizon * mix


def _develop(picture, deviation, noise):
    """uint8 `[H, W, 3]`: tone curve, uneven exposure, noise."""
    height, width = picture.shape[1:]
    across = np.linspace(-1, 1, width, dtype=np.float32)
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    falloff = 1 - 0.12 * (across * across + down * down)
    grey = 255 * np.sqrt(picture / (0.75 + 0.35 * picture)) * falloff
    grey += np.float32(deviation) * noise.standard_normal(picture.shape, np.float32)
    return np.ascontiguousarray(np.clip(grey, 0, 255).astype(np.uint8).transpose(1, 2, 0))
