"""The embedded data set: rooms and streets rendered on the fly, with labels of every dense task and of the scene."""

import hashlib
import random
import zlib
from collections.abc import Iterable

import numpy as np

from bmt_tf.data.rendering import labels as label_maps
from bmt_tf.data.rendering.casting import cast, surface
from bmt_tf.data.rendering.lighting import View, photograph
from bmt_tf.data.rendering.rooms import RECIPES, lay_out_room
from bmt_tf.data.rendering.streets import OUTDOORS, lay_out_street
from bmt_tf.data.rendering.world import World
from bmt_tf.data.source import Example
from bmt_tf.data.specs import numbers_in
from bmt_tf.tasks import get_task

VERSION = 1  # of the pictures: raise it with every change that a user would see in them
CLASSES = (
    "floor", "wall", "ceiling", "window", "door", "bed", "seat", "table", "shelf", "object", "person", "ground", "car",
    "plant", "sky",
)  # fmt: skip
SCENES = (*RECIPES, *OUTDOORS)
TASKS = ("semseg", "human_parts", "saliency", "normals", "edge", "depth", "scene")
_COLOURS = (
    (120, 80, 50), (200, 200, 180), (240, 240, 240), (80, 160, 255), (150, 60, 160), (255, 120, 120), (255, 200, 0),
    (180, 110, 0), (110, 50, 20), (255, 0, 255), (255, 0, 0), (90, 90, 90), (0, 0, 200), (0, 160, 0), (180, 220, 255),
)  # fmt: skip
_CHANGES = {"semseg": {"classes": CLASSES, "colours": _COLOURS}, "scene": {"classes": SCENES}}
_IMAGES = {"train": 1000, "val": 200}
_OPTIONS = (*_IMAGES, "height", "width", "seed")

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


class Scenes:
    """Rooms and streets seen by a perspective camera.

    Image number i of a split depends on the seed, the split, i and the size only. Every kind of scene is equally
    likely. The scene label is a distribution: the kind of scene that was laid out, its kin indoors or outdoors, and
    what the visible things hint at.

    Args:
        split: `"train"` or `"val"`.
        images: Number of images; by default 1000 for training and 200 for validation.
        height: Height of the images in pixels.
        width: Width of the images in pixels.
        seed: Seed of the whole data set.
        task_names: Tasks whose labels are handed out.

    Raises:
        ValueError: An argument is out of range.
    """

    name = "scenes"

    def __init__(
        self,
        split: str,
        images: int | None = None,
        height: int = 96,
        width: int = 128,
        seed: int = 0,
        task_names: Iterable[str] = TASKS,
    ):
        if split not in _IMAGES:
            raise ValueError(f"`split` of the scenes must be one of {', '.join(_IMAGES)}. Received: split={split!r}.")
        images = _IMAGES[split] if images is None else images
        limits = ("images", images, 1), ("height", height, 8), ("width", width, 8), ("seed", seed, 0)
        for argument, value, least in limits:
            if value < least:
                raise ValueError(f"`{argument}` of the scenes must be at least {least}. Received: {argument}={value}.")
        task_names = tuple(task_names)
        unknown = [name for name in task_names if name not in TASKS]
        if unknown:
            raise ValueError(f"`task_names` of the scenes must be among {', '.join(TASKS)}. Received: {unknown}.")
        self.split = split
        self.height, self.width, self.seed = height, width, seed
        self.tasks = {name: get_task(name, **_CHANGES.get(name, {})) for name in TASKS if name in task_names}
        self.ids = tuple(f"{split}_{index:05d}" for index in range(images))

    @classmethod
    def from_spec(cls, spec: str, split: str) -> "Scenes":
        """Returns the data set that a text describes.

        Args:
            spec: `"scenes"` or, with any of these options, `"scenes:train=64,val=16,height=32,width=32,seed=1"`.
            split: `"train"` or `"val"`.

        Returns:
            The split.
        """
        options = numbers_in(spec, cls.name, _OPTIONS)
        images = {split: options.pop(split, None) for split in _IMAGES}
        return cls(split, images.get(split), **options)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> Example:
        """Returns one example.

        Args:
            index: Number of the example; negative ones count from the end.

        Returns:
            The `Example`.

        Raises:
            IndexError: There is no such example.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"`index` must be below {len(self)} in split {self.split!r}. Received: index={index}.")
        index %= len(self)
        name, view = self._lay_out(index)
        solids, camera = view.world.solids(), view.camera
        depth, solid = cast(solids, camera)
        seen = surface(solids, camera, depth, solid)
        noise = np.random.Generator(np.random.PCG64([VERSION, self.seed, zlib.crc32(self.split.encode()), index]))
        makers = {
            "semseg": lambda: label_maps.class_map(solids, solid, CLASSES.index("sky")),
            "human_parts": lambda: label_maps.part_map(solids, solid),
            "saliency": lambda: label_maps.saliency_map(solids, depth, solid),
            "normals": lambda: label_maps.normal_map(camera, seen, solid),
            "edge": lambda: label_maps.edge_map(solids, depth, solid),
            "depth": lambda: label_maps.depth_map(depth),
            "scene": lambda: _scene_probs(name, label_maps.class_map(solids, solid, CLASSES.index("sky"))),
        }
        return {
            "image": photograph(view, solids, seen, solid >= 0, noise),
            "labels": {task: makers[task]() for task in self.tasks},
            "id": self.ids[index],
        }

    def only(self, task_names: Iterable[str]) -> "Scenes":
        """Returns the same images with fewer labels.

        Args:
            task_names: Tasks whose labels are wanted.

        Returns:
            The split.
        """
        return Scenes(self.split, len(self), self.height, self.width, self.seed, task_names)

    def image_size(self, index: int) -> tuple[int, int]:
        """Returns height and width of an image.

        Args:
            index: Number of the example; all are of one size.

        Returns:
            Height and width in pixels.
        """
        return self.height, self.width

    def fingerprint(self) -> str:
        """Returns a string that changes when the examples do."""
        content = VERSION, self.split, len(self), self.height, self.width, self.seed
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def _lay_out(self, index: int) -> tuple[str, View]:
        """Name and view of the scene of an image."""
        rng = random.Random(f"{VERSION} {self.seed} {self.split} {index}")
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
