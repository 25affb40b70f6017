"""What a scene is made of: painted solids that belong to objects."""

from __future__ import annotations

import colorsys
import math
import random
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from bmt_tf.data.rendering.textures import PATTERNS

BOX, CYLINDER, ROUNDED = range(3)
Triple: TypeAlias = tuple[float, float, float]


class Frame(NamedTuple):
    """Where an object stands, which way it faces and how its nominal size is stretched.

    Attributes:
        x: Metres to the right.
        y: Metres up.
        z: Metres towards the viewer.
        turn: Radians to the left; an object with turn 0 faces the viewer's side (+z).
        stretch: Factors of its width, height and depth.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    turn: float = 0.0
    stretch: Triple = (1.0, 1.0, 1.0)

    def to_world(self, point: Triple) -> Triple:
        """Returns a point of the nominal object, `(x, y, z)` in metres, in world coordinates."""
        x, y, z = (a * b for a, b in zip(point, self.stretch, strict=True))
        cosine, sine = math.cos(self.turn), math.sin(self.turn)
        return self.x + cosine * x + sine * z, self.y + y, self.z - sine * x + cosine * z


@dataclass(frozen=True, eq=False)
class Solids:
    """The solids of a world as arrays, one element per solid; `P` solids, `O` objects, `M` paints.

    Attributes:
        shape: int `[P]`, `BOX`, `CYLINDER` (upright) or `ROUNDED` (ellipsoid, or capsule where `length` > 0).
        centre: float32 `[3, P]` in metres.
        rotation: float32 `[3, 3, P]` from the solid's axes to the world's.
        scale: float32 `[3, P]` metres per unit: a box is the cube [-1, 1], a cylinder has radius and half height 1.
        length: float32 `[P]`, half the length of the line around which a capsule is 1 thick, in units.
        paint: int `[P]`.
        owner: int `[P]`, number of the object the solid belongs to.
        part: uint8 `[P]`, human part, 0 for things.
        label: uint8 `[O]`, semantic class of each object.
        thing: bool `[O]`, whether the object stands in the scene rather than being its shell.
        colours: float32 `[2, 3, M]`, linear RGB of each paint's two colours.
        pattern: int `[M]`, index in `PATTERNS`.
        grain: float32 `[M]`, the pattern's period in metres.
        glow: float32 `[M]`, the light a paint gives off itself, as a factor of its colour.
    """

    shape: np.ndarray
    centre: np.ndarray
    rotation: np.ndarray
    scale: np.ndarray
    length: np.ndarray
    paint: np.ndarray
    owner: np.ndarray
    part: np.ndarray
    label: np.ndarray
    thing: np.ndarray
    colours: np.ndarray
    pattern: np.ndarray
    grain: np.ndarray
    glow: np.ndarray


class World:
    """Collects solids while a scene is being laid out; all that is random comes from `rng`."""

    def __init__(self, rng: random.Random, classes: tuple[str, ...]):
        self.rng = rng
        self.classes = classes
        self._solids, self._objects, self._paints = [], [], []
        self.names: list[str] = []  # what each object is

    def paint(
        self,
        colour: Triple,
        other: Triple | None = None,
        pattern: str = "plain",
        grain: float = 0.2,
        glow: float = 0.0,
    ) -> int:
        """Returns the number of a new paint, a pattern of two colours, RGB in 0..1; the other is darker by default.

        `grain` is the pattern's period in metres, `glow` the light it gives off itself, as a factor of its colour.
        """
        other = other or tuple(0.75 * value for value in colour)
        self._paints.append((colour, other, PATTERNS.index(pattern), grain, glow))
        return len(self._paints) - 1

    def random_paint(
        self,
        *patterns: str,
        value: tuple[float, float] = (0.25, 0.95),
        saturation: tuple[float, float] = (0.0, 0.75),
        grain: tuple[float, float] = (0.08, 0.35),
        glow: float = 0.0,
    ) -> int:
        """Returns the number of a new paint of random colours, from the same palette whatever is painted."""
        rng = self.rng
        hue = rng.random() if rng.random() < 0.6 else rng.uniform(0.03, 0.13)
        strength, brightness = rng.uniform(*saturation), rng.uniform(*value)
        colour = colorsys.hsv_to_rgb(hue, strength, brightness)
        far = colorsys.hsv_to_rgb(
            (hue + rng.uniform(-0.15, 0.15)) % 1, strength * rng.random(), brightness * rng.uniform(0.35, 0.9)
        )
        chosen = rng.choice(patterns or PATTERNS)
        return self.paint(colour, far, chosen, rng.uniform(*grain), glow)

    def begin(self, label: str, thing: bool = True, name: str = ""):
        """Opens a new object, a thing in the scene or a part of its shell; the solids that follow belong to it.

        Its `name` says what it is where its class, `label`, says less.
        """
        self._objects.append((self.classes.index(label), thing))
        self.names.append(name or label)

    def box(self, at: Frame, centre: Triple, size: Triple, paint: int):
        """Adds a box with its middle and its width, height and depth in the frame of the object."""
        self._add(BOX, at, centre, size, paint, 0)

    def cylinder(self, at: Frame, centre: Triple, size: Triple, paint: int):
        """Adds an upright cylinder with its middle and its width, height and depth in the frame of the object."""
        self._add(CYLINDER, at, centre, size, paint, 0)

    def ellipsoid(self, at: Frame, centre: Triple, size: Triple, paint: int, part: int = 0):
        """Adds an ellipsoid with its middle and its width, height and depth in the frame of the object."""
        self._add(ROUNDED, at, centre, size, paint, part)

    def rod(
        self, at: Frame, start: Triple, end: Triple, radius: float, paint: int, *, part: int = 0, rounded: bool = True
    ):
        """Adds a capsule or a cylinder between two points of the frame, in metres.

        The ends of a capsule reach `radius` beyond the two points.
        """
        (x, y, z), (u, v, w) = at.to_world(start), at.to_world(end)
        a, b, c = u - x, v - y, w - z
        length = math.sqrt(a * a + b * b + c * c)
        across = math.hypot(a, c)
        side = (c / across, 0.0, -a / across) if across > 1e-6 * length else (1.0, 0.0, 0.0)
        along = (a / length, b / length, c / length)
        front = (
            side[1] * along[2] - side[2] * along[1],
            side[2] * along[0] - side[0] * along[2],
            side[0] * along[1] - side[1] * along[0],
        )
        middle = ((x + u) / 2, (y + v) / 2, (z + w) / 2)
        shape, scale, line = CYLINDER, (radius, length / 2, radius), 0.0
        if rounded:
            shape, scale, line = ROUNDED, (radius,) * 3, length / 2 / radius
        rotation = tuple(zip(side, along, front, strict=True))
        self._solids.append((shape, middle, rotation, scale, line, paint, len(self._objects) - 1, part))

    def _add(self, shape, at, centre, size, paint, part):
        scale = tuple(a * b / 2 for a, b in zip(size, at.stretch, strict=True))
        cosine, sine = math.cos(at.turn), math.sin(at.turn)
        rotation = ((cosine, 0.0, sine), (0.0, 1.0, 0.0), (-sine, 0.0, cosine))
        self._solids.append((shape, at.to_world(centre), rotation, scale, 0.0, paint, len(self._objects) - 1, part))

    def solids(self) -> Solids:
        """Returns what was added."""
        shape, centre, rotation, scale, length, paint, owner, part = zip(*self._solids, strict=True)
        label, thing = zip(*self._objects, strict=True)
        colour, other, pattern, grain, glow = zip(*self._paints, strict=True)
        colours = np.array([colour, other], np.float32).transpose(0, 2, 1) ** 2
        real = [np.array(values, np.float32) for values in (centre, rotation, scale, length, grain, glow)]
        centre, rotation, scale, length, grain, glow = real
        return Solids(
            shape=np.array(shape),
            centre=np.ascontiguousarray(centre.T),
            rotation=np.ascontiguousarray(rotation.transpose(1, 2, 0)),
            scale=np.ascontiguousarray(scale.T),
            length=length,
            paint=np.array(paint),
            owner=np.array(owner),
            part=np.array(part, np.uint8),
            label=np.array(label, np.uint8),
            thing=np.array(thing),
            colours=np.ascontiguousarray(colours),
            pattern=np.array(pattern),
            grain=grain,
            glow=glow,
        )
