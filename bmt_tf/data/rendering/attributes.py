"""What can be said of a scene as a whole, yes or no: what is to be seen in it, its light, the camera."""

import numpy as np

from bmt_tf.data.rendering.furniture import PIECES
from bmt_tf.data.rendering.labels import object_map
from bmt_tf.data.rendering.lighting import View
from bmt_tf.data.rendering.world import Solids

_SEATS = ("sofa", "armchair", "chair", "bench")
_PLANTS = ("pot_plant", "tree", "bush")
_NAMED = (*PIECES, "window", "door", "person", "sitting_person")
ATTRIBUTES = (
    *(f"has_{name}" for name in _NAMED),
    "several_people", "several_cars", "several_seats", "several_plants", "many_things",
    "indoors", "shows_sky", "sunlit", "hazy", "dim",
    "near_thing", "large_thing", "far_view", "looks_down", "tilted",
)  # fmt: skip
_MANY = 8  # things in sight
_NEAR, _FAR = 1.5, 8.0  # metres: of a thing, of the middle one of all depths
_LARGE = 0.2  # share of the picture
_DIM = 0.2  # light from everywhere
_DOWN, _TILTED = np.sin(np.radians([8, 1]))


def attribute_values(view: View, solids: Solids, depth: np.ndarray, solid: np.ndarray, indoors: bool) -> np.ndarray:
    """Returns which of `ATTRIBUTES` a scene has, uint8 `[40]`, 0 or 1.

    A thing is there when a pixel shows it.

    Args:
        view: The scene.
        solids: Its solids.
        depth: float32 `[H, W]` metres, infinite for the sky.
        solid: int `[H, W]`, the solid that each pixel shows, -1 for the sky.
        indoors: Whether it is a room.
    """
    pixels = np.bincount(object_map(solids, solid).ravel() + 1, minlength=len(solids.label) + 1)[1:]
    seen = [name for name, count in zip(view.world.names, pixels, strict=True) if count]
    people = [name for name in seen if name.endswith("person")]
    things = pixels * solids.thing
    of_things = np.append(solids.thing, False)[object_map(solids, solid)]
    rotation, atmosphere = view.camera.rotation, view.atmosphere
    values = {f"has_{name}": name in seen for name in _NAMED} | {
        "has_person": bool(people),
        "several_people": len(people) > 1,
        "several_cars": seen.count("car") > 1,
        "several_seats": sum(map(seen.count, _SEATS)) > 1,
        "several_plants": sum(map(seen.count, _PLANTS)) > 1,
        "many_things": np.count_nonzero(things) >= _MANY,
        "indoors": indoors,
        "shows_sky": (solid < 0).any(),
        "sunlit": any(not light.reach for light in view.lights),
        "hazy": atmosphere.haze > 0,
        "dim": np.mean(atmosphere.ambient) < _DIM,
        "near_thing": (depth[of_things] < _NEAR).any(),
        "large_thing": things.max() >= _LARGE * solid.size,
        "far_view": np.median(depth) > _FAR,
        "looks_down": rotation[2, 1] > _DOWN,  # the axis that points back to the viewer points up
        "tilted": abs(rotation[0, 1]) > _TILTED,
    }
    return np.array([values[name] for name in ATTRIBUTES], np.uint8)
