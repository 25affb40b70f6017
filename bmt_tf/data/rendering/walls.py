"""The shell of a room, and what hangs on its walls."""

from __future__ import annotations

import math

from bmt_tf.data.rendering.world import Frame, World


def build_shell(world: World, size: tuple[float, float, float]):
    """Adds floor, ceiling and three walls, thick slabs around the room, and perhaps a rug.

    The size is width, depth and height in metres. The back wall is at z = 0, the room is symmetric about x = 0.
    """
    rng, (wide, deep, tall) = world.rng, size
    front = deep + 1.0
    here, middle = Frame(), front / 2
    world.begin("floor", thing=False)
    floor = world.random_paint("planks", "checks", "clouds", "grain", "bricks", "plain", grain=(0.12, 0.5))
    world.box(here, (0, -0.1, middle), (wide + 0.4, 0.2, front + 0.4), floor)
    world.begin("ceiling", thing=False)
    ceiling = world.random_paint("plain", "plain", "planks", "clouds", value=(0.6, 1.0), saturation=(0, 0.2))
    world.box(here, (0, tall + 0.1, middle), (wide + 0.4, 0.2, front + 0.4), ceiling)
    walls = [
        world.random_paint(value=(0.35, 1.0), saturation=(0, 0.6), grain=(0.1, 0.6)) for _ in range(rng.choice((1, 2)))
    ]
    for (x, z), (a, b) in (((0, -0.1), (wide, 0.2)), ((-wide / 2 - 0.1, middle), (0.2, front)),
                           ((wide / 2 + 0.1, middle), (0.2, front))):  # fmt: skip
        world.begin("wall", thing=False)
        world.box(here, (x, tall / 2, z), (a, tall, b), walls[0] if a < b else walls[-1])
    if rng.random() < 0.4:
        world.begin("floor", thing=False)
        rug = world.random_paint("stripes", "checks", "dots", "clouds", "plain")
        size = rng.uniform(0.4, 0.7) * wide, 0.02, rng.uniform(0.25, 0.45) * deep
        shape = rng.choice((world.box, world.cylinder))
        shape(here, (rng.uniform(-0.1, 0.1) * wide, 0.01, rng.uniform(0.4, 0.6) * deep), size, rug)


def hang(world: World, hangings: tuple[tuple[str, int], ...], size: tuple[float, float, float], day: bool):
    """Adds windows, doors and pictures to the three walls, without overlap, at most as many as `hangings` says."""
    rng, (wide, deep, tall) = world.rng, size
    sides = (
        (Frame(0, 0, 0, 0), -wide / 2, wide / 2),
        (Frame(-wide / 2, 0, 0, math.pi / 2), -deep + 1.2, 0),
        (Frame(wide / 2, 0, 0, -math.pi / 2), 0, deep - 1.2),
    )
    taken = [[], [], []]
    for name, most in hangings:
        for _ in range(rng.randint(0, most)):
            across = {"window": rng.uniform(0.8, 1.7), "door": 0.95, "picture": rng.uniform(0.35, 1.0)}[name]
            number = rng.choice((0, 0, 1, 2))
            frame, start, end = sides[number]
            if end - start < across + 0.3:
                continue
            x = rng.uniform(start + across / 2 + 0.1, end - across / 2 - 0.1)
            if any(abs(x - other) < (across + far) / 2 + 0.1 for other, far in taken[number]):
                continue
            taken[number].append((x, across))
            _HANGINGS[name](world, frame, x, across, tall, day)


def _window(world, frame, x, across, tall, day):
    rng = world.rng
    world.begin("window", thing=False)
    wood, high = world.random_paint("plain", "grain", value=(0.4, 1.0)), rng.uniform(0.9, 1.3)
    y = tall - 0.3 - high / 2
    if day:
        grain, glow = rng.uniform(0.3, 0.8), rng.uniform(0.7, 0.95)
        glass = world.paint((0.75, 0.88, 1.0), (0.45, 0.6, 0.5), "clouds", grain, glow)
    else:
        glass = world.paint((0.05, 0.06, 0.12), (0.12, 0.12, 0.2), "clouds", 0.4, 0.3)
    world.box(frame, (x, y, 0.01), (across, high, 0.06), wood)
    panes = rng.choice((1, 2, 3))
    step = across / panes
    for k in range(panes):
        world.box(frame, (x - across / 2 + (k + 0.5) * step, y, 0.02), (step - 0.08, high - 0.1, 0.05), glass)
    if rng.random() < 0.35:
        world.begin("object", thing=False)
        cloth = world.random_paint("stripes", "plain", "dots", "checks")
        for side in (-1, 1):
            world.box(frame, (x + side * (across / 2 + 0.05), y - 0.1, 0.06), (0.26, high + 0.4, 0.05), cloth)


def _door(world, frame, x, across, tall, day):
    world.begin("door", thing=False)
    wood, high = world.random_paint("plain", "grain", "planks", "clouds"), min(2.05, tall - 0.15)
    world.box(frame, (x, high / 2, 0.0), (across, high, 0.07), world.random_paint("plain", "grain"))
    world.box(frame, (x, high / 2 - 0.02, 0.01), (across - 0.14, high - 0.08, 0.08), wood)
    world.ellipsoid(frame, (x + 0.3, 1.0, 0.07), (0.07, 0.07, 0.07), world.random_paint("plain"))
    if world.rng.random() < 0.4:
        world.box(frame, (x, 0.7 * high, 0.03), (0.5 * across, 0.3 * high, 0.06), world.random_paint("plain", "clouds"))


def _picture(world, frame, x, across, tall, day):
    rng = world.rng
    world.begin("object", thing=False)
    high, y = rng.uniform(0.3, 0.8), rng.uniform(1.35, 1.7)
    world.box(frame, (x, y, 0.01), (across, high, 0.05), world.random_paint("plain", "grain"))
    world.box(frame, (x, y, 0.02), (across - 0.08, high - 0.08, 0.05), world.random_paint(grain=(0.06, 0.4)))


_HANGINGS = {"window": _window, "door": _door, "picture": _picture}
