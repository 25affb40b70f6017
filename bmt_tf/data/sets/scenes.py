"""The embedded data set: rooms and streets rendered on the fly, with labels of every task of the papers."""

import random
from typing import ClassVar

import numpy as np

from bmt_tf.data.rendering import labels as label_maps
from bmt_tf.data.rendering.attributes import ATTRIBUTES, attribute_values
from bmt_tf.data.rendering.casting import cast, surface
from bmt_tf.data.rendering.image_maps import key_point_map, texture_edge_map
from bmt_tf.data.rendering.lighting import View, photograph
from bmt_tf.data.rendering.rooms import RECIPES, lay_out_room
from bmt_tf.data.rendering.streets import OUTDOORS, lay_out_street
from bmt_tf.data.rendering.world import World
from bmt_tf.data.sets.embedded import Embedded, embedded_data_set
from bmt_tf.tasks import attribute_task, get_task

CLASSES = (
    "floor", "wall", "ceiling", "window", "door", "bed", "seat", "table", "shelf", "object", "person", "ground", "car",
    "plant", "sky",
)  # fmt: skip
SCENES = (*RECIPES, *OUTDOORS)
TASKS = (
    "semseg", "human_parts", "saliency", "normals", "edge", "depth", "instances", "disparity", "texture_edges",
    "keypoints", "scene", "attributes",
)  # fmt: skip
_COLOURS = (
    (120, 80, 50), (200, 200, 180), (240, 240, 240), (80, 160, 255), (150, 60, 160), (255, 120, 120), (255, 200, 0),
    (180, 110, 0), (110, 50, 20), (255, 0, 255), (255, 0, 0), (90, 90, 90), (0, 0, 200), (0, 160, 0), (180, 220, 255),
)  # fmt: skip
_CHANGES = {
    "semseg": {"classes": CLASSES, "colours": _COLOURS},
    "scene": {"classes": SCENES},
    "attributes": {"classes": ATTRIBUTES},
}

_KINSHIP = 1.5  # how much likelier, in logits, another scene is if it is of the same side of the door
# What the visible things of a class say for a scene, in logits per unit of the square root of their share.
_EVIDENCE = {
    "bed": {"bedroom": 3.0},
    "seat": {"living_room": 3.0, "dining_room": 1.0, "park": 0.5},
    "table": {"dining_room": 3.0, "office": 2.5},
    "shelf": {"library": 3.0, "bedroom": 1.0, "office": 1.0},
    "door": {"corridor": 3.0},
    "object": {"office": 1.0},
    "car": {"car_park": 3.0, "street": 2.0, "night_street": 2.0},
    "plant": {"park": 3.0, "living_room": 1.0, "street": 0.5},
    "window": {"street": 2.0, "night_street": 2.0, "office": 0.5},
    "sky": {"park": 1.0, "car_park": 1.0, "street": 0.5},
}
_WEIGHTS = np.array([[_EVIDENCE.get(c, {}).get(s, 0.0) for s in SCENES] for c in CLASSES])


class Scenes(Embedded):
    """Rooms and streets seen by a perspective camera.

    Every kind of scene is equally likely. The scene label is a distribution: the kind of scene that was laid out, its
    kin indoors or outdoors, and what the visible things hint at. Each of the forty attributes is a task of its own,
    too. Labels are made for the tasks that are asked for.

    Args: those of `Embedded`.
    """

    name = "scenes"
    version = 1
    split_images: ClassVar = {"train": 1000, "val": 200}
    default_size = (96, 128)
    every_task: ClassVar = {
        **{name: get_task(name, **_CHANGES.get(name, {})) for name in TASKS},
        **{name: attribute_task(name) for name in ATTRIBUTES},
    }

    def _make(self, index: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        name, view = self._lay_out(index)
        solids, camera = view.world.solids(), view.camera
        depth, solid = cast(solids, camera)
        seen = surface(solids, camera, depth, solid)
        image = photograph(view, solids, seen, solid >= 0, self._generator(index))
        makers = {
            "semseg": lambda: label_maps.class_map(solids, solid, CLASSES.index("sky")),
            "human_parts": lambda: label_maps.part_map(solids, solid),
            "saliency": lambda: label_maps.saliency_map(solids, depth, solid),
            "normals": lambda: label_maps.normal_map(camera, seen, solid),
            "edge": lambda: label_maps.edge_map(solids, depth, solid),
            "depth": lambda: label_maps.depth_map(depth),
            "instances": lambda: label_maps.instance_map(solids, solid),
            "disparity": lambda: label_maps.disparity_map(camera, depth),
            "texture_edges": lambda: texture_edge_map(image),
            "keypoints": lambda: key_point_map(image),
            "scene": lambda: _scene_probs(name, label_maps.class_map(solids, solid, CLASSES.index("sky"))),
        }
        labels = {task: makers[task]() for task in self.tasks if task in makers}
        if len(labels) < len(self.tasks):
            values = attribute_values(view, solids, depth, solid, indoors=name in RECIPES)
            alone = dict(zip(ATTRIBUTES, values[:, None], strict=True))
            labels |= {
                task: values if task == "attributes" else alone[task] for task in self.tasks if task not in labels
            }
        return image, labels

    def _lay_out(self, index: int) -> tuple[str, View]:
        """Name and view of the scene of an image."""
        rng = random.Random(f"{self.version} {self.seed} {self.split} {index}")
        name = rng.choice(SCENES)
        world = World(rng, CLASSES)
        lay_out = lay_out_room if name in RECIPES else lay_out_street
        return name, lay_out(world, name, self.height, self.width)


def _scene_probs(name: str, classes: np.ndarray) -> np.ndarray:
    """The scene label: float32 `[C]` probabilities."""
    share = np.bincount(classes.ravel(), minlength=len(CLASSES)) / classes.size
    logits = np.sqrt(share) @ _WEIGHTS
    kin = RECIPES if name in RECIPES else OUTDOORS
    logits += [_KINSHIP * (scene in kin) + 2.5 * (scene == name) for scene in SCENES]
    probs = np.exp(logits - logits.max())
    return (probs / probs.sum()).astype(np.float32)


DATA_SET = embedded_data_set(Scenes, precedence=0)
