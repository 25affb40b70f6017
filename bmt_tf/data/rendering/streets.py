"""Streets, parks and car parks, by day and by night."""

from __future__ import annotations

import math

from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.ground_plan import GroundPlan
from bmt_tf.data.rendering.lighting import Atmosphere, Light, View
from bmt_tf.data.rendering.world import Frame, World

OUTDOORS = ("street", "night_street", "park", "car_park")
_END = -30.0  # metres; nothing stands further back


def lay_out_street(world: World, name: str, height: int, width: int) -> View:
    """Returns an open-air scene, one of `OUTDOORS`, in an empty world, seen along its length."""
    rng = world.rng
    eye = rng.uniform(-2.5, 2.5), rng.uniform(1.4, 2.6), 0.0
    yaw = rng.uniform(-22, 22) + 4 * eye[0]
    camera = Camera.looking(
        height,
        width,
        view=rng.uniform(58, 76),
        position=eye,
        yaw=yaw,
        pitch=rng.uniform(-9, 1),
        roll=rng.uniform(-2, 2),
    )
    night = name == "night_street" or (name in ("park", "car_park") and rng.random() < 0.15)
    build = {"park": _park, "car_park": _car_park}.get(name, _street)
    plan = build(world, night)
    plan.people(rng.choice((0, 1, 1, 1, 2, 3)), eye, yaw, (2.3, 4.0))
    return View(world, camera, _lights(rng, night), _air(rng, night))


def _ground(world):
    rng = world.rng
    world.begin("ground", thing=False)
    pattern = rng.choice(("clouds", "plain", "bricks", "checks"))
    paint = world.random_paint(pattern, value=(0.25, 0.6), saturation=(0, 0.3), grain=(0.3, 1.0))
    world.box(Frame(), (0, -0.25, _END / 2 + 3), (60, 0.5, -_END + 14), paint)


def _street(world, night):
    rng = world.rng
    half = rng.uniform(3.2, 4.6)
    kerb = half + rng.uniform(1.8, 3.0)
    _ground(world)
    stripe = world.paint((0.85, 0.85, 0.8))
    for k in range(6 * rng.randrange(2)):
        world.box(Frame(), (0, 0.005, -2 - 4.5 * k), (0.15, 0.01, 2.0), stripe)
    paving = world.random_paint("bricks", "checks", "clouds", "plain", saturation=(0, 0.3), grain=(0.2, 0.6))
    for side in (-1, 1):
        world.box(Frame(), (side * (half + 7), 0.06, _END / 2 + 2), (14, 0.12, -_END + 8), paving)
    for side in (-1, 1):
        z = rng.uniform(2.0, 5.0)
        while z > _END + 6:
            wide = rng.uniform(5, 10)
            if rng.random() < 0.88:
                frame = Frame(side * (kerb + rng.uniform(0, 0.6)), 0.12, z - wide / 2, -side * math.pi / 2)
                _building(world, frame, wide - 0.2, rng.uniform(4, 13), night, z > -20)
            z -= wide
    _building(world, Frame(rng.uniform(-6, 6), 0, _END, 0), 34, rng.uniform(3, 9), night, True)
    plan = GroundPlan(world, (-kerb + 0.3, _END + 3, kerb - 0.3, -2.2))
    for _ in range(rng.randint(1, 5)):
        side = rng.choice((-1, 1))
        plan.stand("car", side * (half - 1.05), rng.uniform(-24, -5), 0.0 if side < 0 else math.pi)
    for _ in range(rng.randint(0, 5)):
        side = rng.choice((-1, 1))
        name = rng.choice(("tree", "tree", "pole", "pole", "bench", "bush"))
        plan.stand(name, side * (half + 0.7), rng.uniform(-22, -4), -side * math.pi / 2, 0.12)
    return plan


def _park(world, night):
    rng = world.rng
    world.begin("ground", thing=False)
    grass = (rng.uniform(0.2, 0.5), rng.uniform(0.4, 0.65), rng.uniform(0.1, 0.3))
    world.box(Frame(), (0, -0.25, _END / 2 + 3), (60, 0.5, -_END + 14), world.paint(grass, None, "clouds", 0.4))
    path = world.random_paint("clouds", "bricks", "plain", "checks", value=(0.4, 0.8), saturation=(0, 0.4))
    bend = rng.uniform(-0.5, 0.5)
    world.box(Frame(rng.uniform(-2, 2), 0, -12, bend), (0, 0.01, 0), (rng.uniform(1.5, 3.5), 0.02, 44), path)
    _building(world, Frame(rng.uniform(-8, 8), 0, _END, 0), rng.uniform(12, 34), rng.uniform(3, 7), night, True)
    plan = GroundPlan(world, (-12, _END + 2, 12, -2.4))
    for name, most in (("tree", 9), ("bush", 5), ("bench", 3), ("pole", 2), ("ball", 1), ("crate", 1)):
        for _ in range(rng.randint(most // 2, most)):
            plan.anywhere(name, rng.uniform(-1.2, 1.2) if name == "bench" else 0.0)
    return plan


def _car_park(world, night):
    rng = world.rng
    _ground(world)
    stripe = world.paint((0.85, 0.85, 0.8))
    for k in range(-4, 5):
        world.box(Frame(), (2.7 * k, 0.005, -9), (0.12, 0.01, 5.0), stripe)
    _building(world, Frame(rng.uniform(-8, 8), 0, rng.uniform(_END, -18), 0), rng.uniform(14, 34), rng.uniform(3, 9),
              night, True)  # fmt: skip
    plan = GroundPlan(world, (-12, -17.5, 12, -2.2))
    for k in range(-4, 4):
        for z in (-9.0, -14.2):
            if rng.random() < 0.6:
                plan.stand("car", 2.7 * k + 1.35, z + rng.uniform(-0.3, 0.3), rng.choice((0.0, math.pi)))
    for name in ("pole", "tree", "crate", "bush"):
        if rng.random() < 0.5:
            plan.anywhere(name, 0.0)
    return plan


def _building(world, frame, wide, tall, night, near):
    """A block with windows and perhaps a door on its front; its frame is at the foot of the front."""
    rng = world.rng
    world.begin("wall", thing=False)
    world.box(frame, (0, tall / 2, -3), (wide, tall, 6), world.random_paint(grain=(0.2, 0.8)))
    frame_paint = world.random_paint("plain")
    dark = world.paint((0.12, 0.16, 0.22), (0.4, 0.5, 0.6), "clouds", 0.8)
    bright = world.paint((1.0, 0.85, 0.5), (0.9, 0.6, 0.3), "clouds", 0.7, 0.8) if night else dark
    storey, columns = rng.uniform(2.6, 3.4), max(2, min(5, round(wide / rng.uniform(2.0, 3.5))))
    band, high = rng.random() < 0.25, rng.uniform(1.1, 1.7)
    if near and rng.random() < 0.8:
        world.begin("door", thing=False)
        x = rng.uniform(-0.3, 0.3) * wide
        world.box(frame, (x, 1.15, 0.0), (1.3, 2.3, 0.12), world.random_paint("plain", "grain", "planks"))
    for row in range(min(4, int(tall / storey))):
        y = storey * (row + 0.58) + (0.8 if row == 0 else 0.0)
        if y + high / 2 > tall - 0.2:
            continue
        step = wide / columns
        spans = [(0.0, 0.9 * wide)] if band else [((k + 0.5) * step - wide / 2, 0.55 * step) for k in range(columns)]
        for x, across in spans:
            world.begin("window", thing=False)
            glass = bright if rng.random() < 0.6 else dark
            if near:
                world.box(frame, (x, y, 0.0), (across + 0.16, high + 0.16, 0.08), frame_paint)
            world.box(frame, (x, y, 0.01), (across, high, 0.1), glass)


def _lights(rng, night):
    if night:
        lamps = [
            Light((side * rng.uniform(2.5, 4.5), 4.6, rng.uniform(-14, -3)), (0.9, 0.72, 0.45), rng.uniform(3.5, 5.5))
            for side in (-1, 1)
        ]
        return (*lamps, Light((0, 1.5, 2.0), (0.25, 0.25, 0.22), 4.0))
    angle, height = rng.uniform(-2.4, 2.4), rng.uniform(0.45, 1.2)
    x, y, z = math.sin(angle) * math.cos(height), math.sin(height), math.cos(angle) * math.cos(height)
    middle = (0.0, 0.0, -11.0)
    place = tuple(a + 90 * b for a, b in zip(middle, (x, y, z), strict=True))
    strength = rng.uniform(0.35, 1.0)
    return (Light(place, (strength, 0.94 * strength, 0.82 * strength), 0.0, 18, middle),)


def _air(rng, night):
    if night:
        sky = (0.004, 0.006, 0.02)
        return Atmosphere((0.05, 0.055, 0.08), sky, (0.03, 0.03, 0.05), 60.0, rng.uniform(0.9, 1.8), rng.uniform(5, 11))
    grey = rng.random()
    sky = tuple(a * (1 - grey) + b * grey for a, b in zip((0.12, 0.32, 0.75), (0.5, 0.53, 0.58), strict=True))
    base = rng.uniform(0.3, 0.5)
    ambient = (0.95 * base, base, 1.08 * base)
    haze = rng.choice((0.0, 0.0, rng.uniform(40, 150)))
    return Atmosphere(ambient, sky, (0.7, 0.75, 0.8), haze, rng.uniform(0.85, 1.5), rng.uniform(2, 8))
