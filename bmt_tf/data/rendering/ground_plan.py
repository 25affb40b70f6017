"""Where things may stand: rectangles on the ground that do not overlap."""

from __future__ import annotations

import math

from bmt_tf.data.rendering.furniture import PIECES, furnish
from bmt_tf.data.rendering.people import add_person
from bmt_tf.data.rendering.world import Frame, World


class GroundPlan:
    """The free space of a scene from above, within `(left, back, right, front)` in metres; z grows to the front."""

    def __init__(self, world: World, bounds: tuple[float, float, float, float]):
        self.world = world
        self.bounds = bounds
        self._taken = []

    def claim(self, x: float, z: float, width: float, depth: float) -> bool:
        """Takes a rectangle around `(x, z)`; returns False where it overlaps another or leaves the bounds."""
        left, back, right, front = x - width / 2, z - depth / 2, x + width / 2, z + depth / 2
        a, b, c, d = self.bounds
        if left < a or back < b or right > c or front > d:
            return False
        if any(left < r and right > p and back < s and front > q for p, q, r, s in self._taken):
            return False
        self._taken.append((left, back, right, front))
        return True

    def stand(self, name: str, x: float, z: float, turn: float = 0.0, y: float = 0.0) -> Frame | None:
        """Returns the frame, of a random size, of a piece that was put at a place, or None where this was taken."""
        rng = self.world.rng
        stretch = rng.uniform(0.85, 1.15), rng.uniform(0.9, 1.12), rng.uniform(0.88, 1.12)
        width, depth = PIECES[name].width * stretch[0], PIECES[name].depth * stretch[2]
        cosine, sine = abs(math.cos(turn)), abs(math.sin(turn))
        if not self.claim(x, z, cosine * width + sine * depth, sine * width + cosine * depth):
            return None
        frame = Frame(x, y, z, turn, stretch)
        furnish(self.world, name, frame)
        return frame

    def against_wall(self, name: str) -> Frame | None:
        """Returns the frame of a piece of furniture that was put with its back to a wall, or None for lack of room."""
        rng, (left, back, right, front) = self.world.rng, self.bounds
        gap = PIECES[name].depth * 0.57 + 0.03
        for _ in range(8):
            wall = rng.random()
            if wall < 0.5:
                frame = self.stand(name, rng.uniform(left, right), back + gap)
            elif wall < 0.75:
                frame = self.stand(name, left + gap, rng.uniform(back, front), math.pi / 2)
            else:
                frame = self.stand(name, right - gap, rng.uniform(back, front), -math.pi / 2)
            if frame:
                return frame
        return None

    def anywhere(self, name: str, turn: float | None = None) -> Frame | None:
        """Returns the frame of a piece of furniture that was put somewhere, or None for lack of room."""
        rng, (left, back, right, front) = self.world.rng, self.bounds
        for _ in range(6):
            angle = rng.uniform(-math.pi, math.pi) if turn is None else turn
            frame = self.stand(name, rng.uniform(left, right), rng.uniform(back, front), angle)
            if frame:
                return frame
        return None

    def people(
        self, count: int, eye: tuple[float, float, float], yaw: float, distances: tuple[float, float], y: float = 0.0
    ):
        """Puts people, where there is room, in front of a camera at `eye`, turned `yaw` degrees to the left."""
        rng = self.world.rng
        for _ in range(count):
            for _ in range(5):
                distance = rng.uniform(*distances)
                angle = math.radians(yaw) + rng.uniform(-0.42, 0.42)
                x, z = eye[0] - distance * math.sin(angle), eye[2] - distance * math.cos(angle)
                if self.claim(x, z, 0.5, 0.5):
                    tall = rng.uniform(0.86, 1.1)
                    wide = tall * rng.uniform(0.92, 1.12)
                    add_person(self.world, Frame(x, y, z, rng.uniform(-math.pi, math.pi), (wide, tall, wide)))
                    break
