"""Things that stand in rooms and streets, each a few solids of nominal size in a frame that faces +z."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from bmt_tf.data.rendering.world import Frame, World

_WOOD = ("plain", "grain", "planks", "clouds")
_CLOTH = ("plain", "stripes", "checks", "dots", "clouds")


class Piece(NamedTuple):
    """A kind of furniture.

    Attributes:
        label: Its semantic class.
        width: Nominal width in metres.
        depth: Nominal depth in metres.
        build: Adds its solids to a world: `build(world, frame)`.
    """

    label: str
    width: float
    depth: float
    build: Callable[[World, Frame], None]


def furnish(world: World, name: str, at: Frame):
    """Adds one object, the piece `name` of `PIECES`, to a world."""
    piece = PIECES[name]
    world.begin(piece.label, name=name)
    piece.build(world, at)


def _legs(world, at, width, depth, height, paint, thick=0.05):
    for x in (-1, 1):
        for z in (-1, 1):
            corner = x * (width - thick) / 2, height / 2, z * (depth - thick) / 2
            world.box(at, corner, (thick, height, thick), paint)


def _bed(world, at):
    wood, cover, linen = world.random_paint(*_WOOD), world.random_paint(*_CLOTH), world.random_paint("plain", "stripes")
    world.box(at, (0, 0.2, 0), (1.5, 0.2, 2.0), wood)
    world.box(at, (0, 0.4, 0.02), (1.46, 0.22, 1.94), linen)
    world.box(at, (0, 0.43, 0.3), (1.52, 0.22, 1.42), cover)
    world.box(at, (0, 0.5, -0.98), (1.5, 1.0, 0.06), wood)
    for x in (-0.36, 0.36):
        world.ellipsoid(at, (x, 0.56, -0.7), (0.6, 0.24, 0.4), linen)
    _legs(world, at, 1.5, 2.0, 0.12, wood, 0.1)


def _seat(width):
    def build(world, at):
        cloth, cushion = world.random_paint(*_CLOTH), world.random_paint(*_CLOTH)
        world.box(at, (0, 0.2, 0.02), (width, 0.3, 0.82), cloth)
        world.box(at, (0, 0.6, -0.34), (width, 0.5, 0.18), cloth)
        for x in (-1, 1):
            world.box(at, (x * (width / 2 - 0.09), 0.42, 0.02), (0.18, 0.36, 0.84), cloth)
        count = max(1, round(width / 0.8))
        step = (width - 0.36) / count
        for k in range(count):
            x = -width / 2 + 0.18 + (k + 0.5) * step
            world.box(at, (x, 0.41, 0.06), (step * 0.96, 0.14, 0.72), cushion)

    return build


def _chair(world, at):
    wood, seat = world.random_paint(*_WOOD), world.random_paint(*_CLOTH)
    _legs(world, at, 0.44, 0.44, 0.44, wood, 0.04)
    world.box(at, (0, 0.46, 0), (0.46, 0.06, 0.46), seat)
    if world.rng.random() < 0.5:
        world.box(at, (0, 0.74, -0.21), (0.44, 0.44, 0.04), seat)
    else:
        for x in (-0.2, 0.2):
            world.box(at, (x, 0.72, -0.21), (0.04, 0.48, 0.04), wood)
        for y in (0.66, 0.84):
            world.box(at, (0, y, -0.21), (0.4, 0.1, 0.03), wood)


def _bench(world, at):
    wood = world.random_paint(*_WOOD)
    world.box(at, (0, 0.44, 0), (1.6, 0.06, 0.44), wood)
    world.box(at, (0, 0.75, -0.2), (1.6, 0.28, 0.05), wood)
    for x in (-0.65, 0.65):
        world.box(at, (x, 0.22, 0), (0.08, 0.42, 0.42), wood)
        world.box(at, (x, 0.62, -0.21), (0.08, 0.4, 0.05), wood)


def _table(height, width, depth):
    def build(world, at):
        wood = world.random_paint(*_WOOD)
        world.box(at, (0, height - 0.03, 0), (width, 0.05, depth), wood)
        _legs(world, at, width * 0.94, depth * 0.9, height - 0.05, wood, 0.06)
        _clutter(world, at, height, width, depth)

    return build


def _round_table(world, at):
    wood = world.random_paint(*_WOOD)
    world.cylinder(at, (0, 0.72, 0), (1.1, 0.05, 1.1), wood)
    world.cylinder(at, (0, 0.36, 0), (0.12, 0.7, 0.12), wood)
    world.cylinder(at, (0, 0.02, 0), (0.6, 0.04, 0.6), wood)
    _clutter(world, at, 0.745, 0.6, 0.6)


def _clutter(world, at, height, width, depth):
    """Puts a few things on a table top; each is an object of its own."""
    rng = world.rng
    for _ in range(rng.randrange(3)):
        world.begin("object")
        x, z, tall = rng.uniform(-0.4, 0.4) * width, rng.uniform(-0.35, 0.35) * depth, rng.uniform(0.08, 0.3)
        paint = world.random_paint()
        shape = rng.choice((world.box, world.cylinder, world.ellipsoid))
        wide = rng.uniform(0.08, 0.22)
        shape(at, (x, height + tall / 2, z), (wide, tall, wide), paint)


def _desk(world, at):
    wood, dark = world.random_paint(*_WOOD), world.random_paint("plain", value=(0.05, 0.3))
    world.box(at, (0, 0.72, 0), (1.4, 0.05, 0.7), wood)
    world.box(at, (0.5, 0.35, 0), (0.38, 0.68, 0.64), wood)
    world.box(at, (-0.66, 0.35, 0), (0.05, 0.7, 0.64), wood)
    world.begin("object")
    world.box(at, (0, 1.02, -0.18), (0.6, 0.38, 0.04), dark)
    glow = world.rng.choice((0.0, 0.7))
    world.box(at, (0, 1.02, -0.155), (0.55, 0.33, 0.02), world.random_paint(grain=(0.05, 0.12), glow=glow))
    world.box(at, (0, 0.8, -0.18), (0.08, 0.12, 0.05), dark)
    world.box(at, (0, 0.75, -0.18), (0.25, 0.02, 0.16), dark)
    world.box(at, (0, 0.755, 0.12), (0.44, 0.02, 0.15), world.random_paint("checks", "plain", grain=(0.03, 0.05)))


def _shelf(world, at):
    rng = world.rng
    wood = world.random_paint(*_WOOD)
    world.box(at, (0, 1.0, -0.15), (1.2, 2.0, 0.03), wood)
    for x in (-0.6, 0.6):
        world.box(at, (x, 1.0, 0), (0.04, 2.0, 0.32), wood)
    for k in range(6):
        world.box(at, (0, 0.03 + 0.39 * k, 0), (1.2, 0.03, 0.32), wood)
        start = -0.56
        while k < 5 and start < 0.45 and rng.random() < 0.85:
            wide = min(rng.uniform(0.15, 0.5), 0.56 - start)
            tall = rng.uniform(0.18, 0.34)
            books = world.random_paint("stripes", grain=(0.05, 0.12))
            world.box(at, (start + wide / 2, 0.045 + 0.39 * k + tall / 2, 0.01), (wide, tall, 0.22), books)
            start += wide + rng.uniform(0.02, 0.3)


def _cupboard(width, height, depth, columns, rows):
    def build(world, at):
        wood, knob = world.random_paint(*_WOOD), world.random_paint("plain")
        front = world.random_paint(*_WOOD) if world.rng.random() < 0.3 else wood
        world.box(at, (0, height / 2, 0), (width, height, depth), wood)
        wide, tall = width / columns, height / rows
        for i in range(columns):
            for j in range(rows):
                x, y = (i + 0.5) * wide - width / 2, (j + 0.5) * tall
                world.box(at, (x, y, depth / 2 + 0.01), (wide - 0.04, tall - 0.04, 0.03), front)
                world.ellipsoid(at, (x + 0.3 * wide, y, depth / 2 + 0.04), (0.05, 0.05, 0.05), knob)

    return build


def _lamp(world, at):
    metal = world.random_paint("plain")
    glow = world.rng.choice((0.0, 0.8))
    world.cylinder(at, (0, 0.02, 0), (0.3, 0.04, 0.3), metal)
    world.cylinder(at, (0, 0.75, 0), (0.04, 1.5, 0.04), metal)
    world.cylinder(at, (0, 1.55, 0), (0.4, 0.32, 0.4), world.random_paint(*_CLOTH, value=(0.6, 1.0), glow=glow))


def _ball(world, at):
    world.ellipsoid(at, (0, 0.2, 0), (0.4, 0.4, 0.4), world.random_paint(*_CLOTH))


def _crate(world, at):
    world.box(at, (0, 0.22, 0), (0.55, 0.44, 0.45), world.random_paint(*_WOOD))


def _foliage(world):
    rng = world.rng
    hue = (rng.uniform(0.1, 0.5), rng.uniform(0.35, 0.75), rng.uniform(0.05, 0.3))
    other = tuple(value * rng.uniform(0.25, 0.7) for value in hue)
    return world.paint(hue, other, rng.choice(("clouds", "dots")), rng.uniform(0.1, 0.3))


def _pot_plant(world, at):
    rng = world.rng
    leaves = _foliage(world)
    world.cylinder(at, (0, 0.16, 0), (0.32, 0.32, 0.32), world.random_paint())
    for k in range(5):
        angle = 1.26 * k + rng.random()
        top = (0.28 * math.cos(angle), rng.uniform(0.6, 1.1), 0.28 * math.sin(angle))
        world.rod(at, (0, 0.3, 0), top, rng.uniform(0.05, 0.1), leaves)


def _tree(world, at):
    rng = world.rng
    bark, leaves = world.random_paint("grain", "clouds", value=(0.2, 0.5), saturation=(0.2, 0.5)), _foliage(world)
    world.cylinder(at, (0, 1.1, 0), (0.28, 2.2, 0.28), bark)
    if rng.random() < 0.3:
        for k in range(4):
            wide = 2.0 - 0.42 * k
            world.ellipsoid(at, (0, 1.5 + 0.75 * k, 0), (wide, 1.3, wide), leaves)
        return
    world.ellipsoid(at, (0, 3.0, 0), (2.0, 1.9, 2.0), leaves)
    for _ in range(3):
        middle = rng.uniform(-0.7, 0.7), rng.uniform(2.4, 3.5), rng.uniform(-0.7, 0.7)
        world.ellipsoid(at, middle, (1.5, 1.3, 1.5), leaves)


def _bush(world, at):
    leaves = _foliage(world)
    for x in (-0.4, 0.0, 0.4):
        world.ellipsoid(at, (x, 0.35, world.rng.uniform(-0.1, 0.1)), (0.9, 0.9, 0.8), leaves)


def _pole(world, at):
    metal = world.random_paint("plain", value=(0.15, 0.6))
    world.cylinder(at, (0, 2.2, 0), (0.12, 4.4, 0.12), metal)
    if world.rng.random() < 0.6:
        world.box(at, (0, 4.4, 0.5), (0.12, 0.08, 1.2), metal)
        world.ellipsoid(at, (0, 4.32, 1.0), (0.3, 0.16, 0.4), world.paint((1.0, 0.95, 0.8), glow=1.0))
    else:
        world.box(at, (0, 2.6, 0.08), (0.6, 0.6, 0.04), world.random_paint("plain", "stripes", "checks"))


def _car(world, at):
    rng = world.rng
    body = world.random_paint("plain", "plain", "clouds", "stripes", saturation=(0, 0.9), grain=(0.3, 0.6))
    glass, rubber = world.paint((0.12, 0.15, 0.18)), world.paint((0.06, 0.06, 0.06))
    tall, back = rng.choice(((0.55, -0.2), (0.7, -0.5), (0.6, -0.35)))
    world.box(at, (0, 0.58, 0), (1.7, 0.55, 4.1), body)
    world.box(at, (0, 0.85 + tall / 2, back), (1.5, tall, 2.2), body)
    world.box(at, (0, 0.83 + tall / 2, back), (1.52, tall - 0.18, 1.9), glass)
    world.box(at, (0, 0.83 + tall / 2, back), (1.3, tall - 0.16, 2.22), glass)
    for x in (-0.8, 0.8):
        for z in (-1.25, 1.3):
            world.rod(at, (x - 0.1, 0.32, z), (x + 0.1, 0.32, z), 0.32, rubber, rounded=False)
        world.box(at, (0.75 * x, 0.65, 2.05), (0.3, 0.14, 0.04), world.paint((1.0, 0.95, 0.75), glow=0.6))
        world.box(at, (0.75 * x, 0.65, -2.05), (0.3, 0.14, 0.04), world.paint((0.9, 0.1, 0.1), glow=0.3))


PIECES = {
    "bed": Piece("bed", 1.6, 2.1, _bed),
    "sofa": Piece("seat", 1.9, 0.9, _seat(1.9)),
    "armchair": Piece("seat", 0.9, 0.9, _seat(0.9)),
    "chair": Piece("seat", 0.5, 0.5, _chair),
    "bench": Piece("seat", 1.6, 0.5, _bench),
    "dining_table": Piece("table", 1.5, 0.9, _table(0.74, 1.5, 0.9)),
    "coffee_table": Piece("table", 1.0, 0.6, _table(0.42, 1.0, 0.6)),
    "round_table": Piece("table", 1.1, 1.1, _round_table),
    "desk": Piece("table", 1.4, 0.8, _desk),
    "shelf": Piece("shelf", 1.25, 0.36, _shelf),
    "wardrobe": Piece("shelf", 1.2, 0.6, _cupboard(1.2, 2.0, 0.6, 2, 1)),
    "chest": Piece("shelf", 0.9, 0.45, _cupboard(0.9, 0.9, 0.45, 1, 3)),
    "nightstand": Piece("shelf", 0.45, 0.4, _cupboard(0.45, 0.5, 0.4, 1, 2)),
    "lamp": Piece("object", 0.4, 0.4, _lamp),
    "ball": Piece("object", 0.4, 0.4, _ball),
    "crate": Piece("object", 0.55, 0.45, _crate),
    "pot_plant": Piece("plant", 0.5, 0.5, _pot_plant),
    "tree": Piece("plant", 1.0, 1.0, _tree),
    "bush": Piece("plant", 1.7, 0.9, _bush),
    "pole": Piece("object", 0.4, 0.4, _pole),
    "car": Piece("car", 1.8, 4.2, _car),
}
