"""Articulated people: capsules from joint to joint."""

import math
import random

from bmt_tf.data.rendering.world import Frame, World

SEAT_HEIGHT = 0.43  # metres, below people who sit
HEAD, TORSO, UPPER_ARM, LOWER_ARM, UPPER_LEG, LOWER_LEG = range(1, 7)
_SKINS = ((0.95, 0.78, 0.66), (0.85, 0.64, 0.5), (0.68, 0.47, 0.34), (0.48, 0.32, 0.23), (0.35, 0.23, 0.17))
_THIGH, _SHIN, _ARM = 0.43, 0.45, 0.29  # metres at a height of 1.75 m


def add_person(world: World, at: Frame, sitting: bool = False):
    """Adds a person who faces +z, with the feet `at` a frame or, sitting at `SEAT_HEIGHT`, the hips above it."""
    rng = world.rng
    world.begin("person", name="sitting_person" if sitting else "")
    skin = world.paint(rng.choice(_SKINS))
    shirt = world.random_paint("plain", "stripes", "checks", "dots", "clouds", grain=(0.06, 0.15))
    trousers = world.random_paint("plain", "stripes", "clouds", grain=(0.06, 0.15))
    shoes, hair = world.random_paint("plain"), world.random_paint("plain", value=(0.05, 0.6), saturation=(0.1, 0.6))
    sleeve = shirt if rng.random() < 0.3 else skin
    legging = trousers if rng.random() < 0.75 else skin
    hips = SEAT_HEIGHT + 0.13 if sitting else 0.92
    lean = rng.uniform(-0.05, 0.15)
    neck = (0.0, hips + 0.54 * math.cos(lean), 0.54 * math.sin(lean))
    _add_trunk(world, at, hips, neck, (skin, shirt, hair))
    for side, (thigh, shin), (upper, lower) in zip(
        (-1, 1), _leg_angles(rng, sitting), _arm_angles(rng, sitting), strict=True
    ):
        hip = (0.11 * side, hips - 0.03, 0.0)
        knee = _from(hip, _THIGH, thigh, 0.06 * side)
        ankle = _from(knee, _SHIN - 0.04, shin, 0.02 * side)
        toe = (ankle[0], ankle[1] - 0.02, ankle[2] + 0.14)
        world.rod(at, hip, knee, 0.095, trousers, part=UPPER_LEG)
        world.rod(at, knee, ankle, 0.074, legging, part=LOWER_LEG)
        world.rod(at, ankle, toe, 0.06, shoes, part=LOWER_LEG)
        spread = rng.uniform(0.15, 0.9)
        shoulder = (0.21 * side, neck[1] - 0.06, neck[2])
        elbow = _from(shoulder, _ARM, upper, spread * side)
        wrist = _from(elbow, 0.24, lower, rng.uniform(-0.3, 0.3) * side)
        hand = _from(wrist, 0.06, lower, 0.0)
        world.rod(at, shoulder, elbow, 0.072, shirt, part=UPPER_ARM)
        world.rod(at, elbow, wrist, 0.06, sleeve, part=LOWER_ARM)
        world.rod(at, wrist, hand, 0.066, skin, part=LOWER_ARM)


def _add_trunk(world, at, hips, neck, paints):
    skin, shirt, hair = paints
    x, y, z = neck
    chest = (x, y - 0.16, z)
    world.rod(at, (-0.05, hips, 0), (0.05, hips, 0), 0.13, shirt, part=TORSO)
    world.rod(at, (0, hips, 0), chest, 0.145, shirt, part=TORSO)
    world.rod(at, (-0.12, y - 0.1, z), (0.12, y - 0.1, z), 0.095, shirt, part=TORSO)
    world.rod(at, (x, y - 0.05, z), (x, y + 0.06, z), 0.055, skin, part=TORSO)
    world.ellipsoid(at, (x, y + 0.2, z + 0.02), (0.2, 0.27, 0.23), skin, part=HEAD)
    world.ellipsoid(at, (x, y + 0.235, z - 0.02), (0.225, 0.25, 0.24), hair, part=HEAD)
    world.ellipsoid(at, (x, y + 0.19, z + 0.14), (0.035, 0.05, 0.05), skin, part=HEAD)


def _from(joint, length, forward, sideward):
    """The next joint: `length` further down, swung forward and to the side by these angles in radians."""
    x, y, z = joint
    reach = length * math.cos(sideward)
    return x + length * math.sin(sideward), y - reach * math.cos(forward), z + reach * math.sin(forward)


def _leg_angles(rng: random.Random, sitting):
    """Forward angles of thigh and shin, left and right."""
    if sitting:
        return [(rng.uniform(1.3, 1.55), rng.uniform(-0.2, 0.25)) for _ in range(2)]
    stride = rng.choice((0.0, rng.uniform(0.15, 0.55))) * rng.choice((-1, 1))
    return [(swing, swing - (rng.uniform(0.0, 0.15) if swing > 0 else 0.6 * abs(swing))) for swing in (stride, -stride)]


def _arm_angles(rng: random.Random, sitting):
    """Forward angles of upper and lower arm, left and right."""
    angles = []
    for _ in range(2):
        pose = rng.random()
        if sitting or pose < 0.25:
            upper = rng.uniform(0.1, 0.6)
            lower = upper + rng.uniform(0.6, 1.5)
        elif pose < 0.4:
            upper = rng.uniform(1.2, 2.9)
            lower = upper + rng.uniform(0.0, 0.9)
        else:
            upper = rng.uniform(-0.5, 0.5)
            lower = upper + rng.uniform(0.05, 0.5)
        angles.append((upper, lower))
    return angles
