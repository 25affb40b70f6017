"""Rooms: walls, furniture, people, lamps."""

from __future__ import annotations

import math
from typing import NamedTuple

from bmt_tf.data.rendering.camera import Camera
from bmt_tf.data.rendering.ground_plan import GroundPlan
from bmt_tf.data.rendering.lighting import Atmosphere, Light, View
from bmt_tf.data.rendering.people import SEAT_HEIGHT, add_person
from bmt_tf.data.rendering.walls import build_shell, hang
from bmt_tf.data.rendering.world import Frame, World


class Recipe(NamedTuple):
    """What stands in a kind of room.

    Attributes:
        width: Range in metres.
        depth: Range in metres.
        walls: Furniture against the walls, as (name, probability).
        floor: Furniture anywhere, as (name, probability).
        group: What stands in the middle: the name of a table or desk, or "".
        seats: Furniture around the group.
        hangings: What hangs on the walls, as (name, how many at most).
    """

    width: tuple[float, float]
    depth: tuple[float, float]
    walls: tuple[tuple[str, float], ...]
    floor: tuple[tuple[str, float], ...]
    group: str
    seats: tuple[str, int]
    hangings: tuple[tuple[str, int], ...]


_SEATS = {"chair": 0.49, "sofa": 0.48, "armchair": 0.48}  # heights in metres
_COMMON = (("window", 2), ("picture", 3), ("door", 1))
RECIPES = {
    "bedroom": Recipe(
        (3.2, 4.6),
        (4.0, 5.4),
        (("bed", 1.0), ("wardrobe", 0.7), ("nightstand", 0.8), ("chest", 0.5), ("lamp", 0.4), ("chair", 0.3)),
        (("ball", 0.3), ("crate", 0.3)),
        "",
        ("", 0),
        _COMMON,
    ),
    "living_room": Recipe(
        (4.0, 6.0),
        (4.5, 6.5),
        (("sofa", 1.0), ("armchair", 0.7), ("chest", 0.6), ("shelf", 0.4), ("lamp", 0.6), ("pot_plant", 0.6)),
        (("ball", 0.3), ("pot_plant", 0.2), ("armchair", 0.3)),
        "coffee_table",
        ("armchair", 1),
        _COMMON,
    ),
    "office": Recipe(
        (3.6, 5.5),
        (4.2, 6.5),
        (("desk", 0.9), ("shelf", 0.6), ("desk", 0.6), ("chest", 0.5), ("pot_plant", 0.4)),
        (("chair", 0.6), ("crate", 0.3)),
        "desk",
        ("chair", 1),
        (("window", 3), ("picture", 1), ("door", 1)),
    ),
    "dining_room": Recipe(
        (3.4, 5.2),
        (4.2, 6.0),
        (("chest", 0.8), ("wardrobe", 0.3), ("pot_plant", 0.4), ("lamp", 0.3)),
        (("chair", 0.3),),
        "dining_table",
        ("chair", 6),
        _COMMON,
    ),
    "library": Recipe(
        (3.6, 5.5),
        (4.5, 7.0),
        (("shelf", 1.0), ("shelf", 1.0), ("shelf", 0.9), ("shelf", 0.6), ("armchair", 0.3)),
        (("chair", 0.4), ("crate", 0.3)),
        "round_table",
        ("chair", 3),
        (("window", 1), ("picture", 1), ("door", 1)),
    ),
    "corridor": Recipe(
        (1.7, 2.6),
        (7.0, 11.0),
        (("pot_plant", 0.5), ("chair", 0.4), ("chest", 0.3), ("lamp", 0.2)),
        (("crate", 0.2), ("ball", 0.3)),
        "",
        ("", 0),
        (("door", 5), ("picture", 3), ("window", 1)),
    ),
}


def lay_out_room(world: World, name: str, height: int, width: int) -> View:
    """Returns a furnished room, one of `RECIPES`, in an empty world, seen from its front end."""
    rng, recipe = world.rng, RECIPES[name]
    wide, deep, tall = rng.uniform(*recipe.width), rng.uniform(*recipe.depth), rng.uniform(2.3, 2.9)
    limit = 0.25 * wide
    eye = rng.uniform(-limit, limit), rng.uniform(1.0, 1.75), deep - rng.uniform(0.15, 0.4)
    swing = 12 if name == "corridor" else 24
    yaw = rng.uniform(-swing, swing) + 8 * eye[0] / limit
    camera = Camera.looking(
        height,
        width,
        view=rng.uniform(62, 78),
        position=eye,
        yaw=yaw,
        pitch=rng.uniform(-16, -2),
        roll=rng.uniform(-2, 2),
    )
    day = rng.random() < 0.6
    build_shell(world, (wide, deep, tall))
    hang(world, recipe.hangings, (wide, deep, tall), day)
    plan = GroundPlan(world, (-wide / 2, 0.0, wide / 2, deep - 1.6))
    if recipe.group:
        _group(plan, recipe, wide, deep)
    for piece, probability in recipe.walls:
        if rng.random() < probability:
            frame = plan.against_wall(piece)
            _perhaps_sit(world, piece, frame)
    for piece, probability in recipe.floor:
        if rng.random() < probability:
            plan.anywhere(piece)
    plan.people(rng.choice((0, 1, 1, 1, 2, 2)), eye, yaw, (1.8, 2.9))
    return View(world, camera, _room_lights(rng, wide, deep, tall, day), _room_air(rng, day))


def _group(plan, recipe, wide, deep):
    """A table with seats around it, some of them taken."""
    world, rng, (seat, most) = plan.world, plan.world.rng, recipe.seats
    turn = rng.choice((0, math.pi / 2, math.pi)) + rng.uniform(-0.12, 0.12)
    x, z = rng.uniform(-0.2, 0.2) * wide, rng.uniform(0.35, 0.55) * deep
    table = plan.stand(recipe.group, x, z, turn)
    if not table:
        return
    room = 1.0 if seat == "armchair" else 0.75
    places = [(0, room, 0), (0.4, -room, math.pi), (-0.4, room, 0), (-0.4, -room, math.pi), (1.15, 0, math.pi / 2)]
    for a, b, facing in places[: rng.randint(0, most)]:
        spot = Frame(x, 0, z, turn).to_world((a, 0, b))
        chair = plan.stand(seat, spot[0], spot[2], turn + facing + math.pi + rng.uniform(-0.25, 0.25))
        _perhaps_sit(world, seat, chair)


def _perhaps_sit(world, piece, frame):
    """Seats a person on a seat, sometimes."""
    rng = world.rng
    if frame and piece in _SEATS and rng.random() < 0.3:
        tall = rng.uniform(0.92, 1.05)
        aside = rng.choice((-0.4, 0.4)) if piece == "sofa" else 0.0
        x, y, z = frame.to_world((aside, _SEATS[piece], -0.02))
        add_person(world, Frame(x, y - SEAT_HEIGHT * tall, z, frame.turn, (tall, tall, tall)), sitting=True)


def _room_lights(rng, wide, deep, tall, day):
    warm = rng.uniform(0.65, 1.0)
    strength = rng.uniform(0.45, 0.8) if day else rng.uniform(0.7, 1.1)
    colour = strength, strength * (0.4 + 0.6 * warm), strength * (0.1 + 0.9 * warm)
    place = rng.uniform(-0.3, 0.3) * wide, tall - 0.12, rng.uniform(0.3, 0.8) * deep
    main = Light(place, colour, rng.uniform(1.8, 2.8), 132, (place[0], 0.0, place[2] - 0.01))
    side = rng.choice((-1, 1))
    cool = rng.uniform(0.15, 0.5) if day else rng.uniform(0.0, 0.2)
    fill = Light((side * wide / 2, 1.6, rng.uniform(0.2, 0.9) * deep), (0.8 * cool, 0.9 * cool, cool), 2.5)
    return main, fill


def _room_air(rng, day):
    base = rng.uniform(0.18, 0.4) if day else rng.uniform(0.08, 0.22)
    tint = rng.uniform(0.85, 1.1), 1.0, rng.uniform(0.8, 1.15)
    ambient = tuple(base * value for value in tint)
    return Atmosphere(ambient, exposure=rng.uniform(0.75, 1.5), noise=rng.uniform(2, 9))
