"""Taskonomy: rooms that were scanned, one folder per building and in it one per domain.

| task | folder and ending | file |
| --- | --- | --- |
| images | rgb | .png |
| semseg | segment_semantic, segmentsemantic | .png: 0 uncertain, 1 background, 2..17 things |
| depth | depth_zbuffer | 16-bit .png, 512ths of a metre; from 64,500 on no surface |
| texture_edges | edge_texture | 16-bit .png, from 0 to 1 |
| keypoints | keypoints2d | 16-bit .png, from 0 to 1 |
| scene, scene_63 | class_scene, class_places | .npy: probabilities of 365 places |

Files are called `point_<P>_view_<V>_domain_<ending>`. The buildings of a split are those of `train_val_test_tiny.csv`
or, where the file is not there, of the tiny split as it was published.

Source: BMN, section 4.2 and appendix B; Taskonomy's published code for what counts as labelled and for the choice of 63
places, whose probabilities are made to sum to one again. BMN says neither which depth nor how many places it took.
"""

import csv
import io
from collections.abc import Iterator

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.file_paths import FilePathsBuilder
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.folder_index import listing
from bmt_tf.data.sets import taskonomy_labels as labels
from bmt_tf.data.sets.own_settings import settings_content, with_own_settings
from bmt_tf.tasks import Task, get_task
from bmt_tf.tasks.data_settings import with_data_settings

SPLITS = ("train", "val", "test")
LIST = "train_val_test_tiny.csv"
BUILDINGS = {
    "train": "hanson merom klickitat onaga leonardo marstons newfields pinesdale lakeville cosmos benevolence pomaria "
    "tolstoy shelbyville allensville wainscott beechwood coffeen stockman hiteman woodbine lindenwood forkland "
    "mifflinburg ranchester".split(),
    "val": "wiconisco corozal collierville markleeville darden".split(),
    "test": "ihlen muleshoe uvalda noxapater mcdade".split(),
}
IMAGES = ("rgb", "rgb.png")
DOMAINS = {
    "semseg": ("segment_semantic", "segmentsemantic.png", labels.classes),
    "depth": ("depth_zbuffer", "depth_zbuffer.png", labels.surface_depth),
    "texture_edges": ("edge_texture", "edge_texture.png", labels.heat_of_map),
    "keypoints": ("keypoints2d", "keypoints2d.png", labels.heat_of_map),
    "scene": ("class_scene", "class_places.npy", labels.places),
    "scene_63": ("class_scene", "class_places.npy", labels.chosen_places),
}
# A view lacks no label of these for being used: what is missing is not labelled.
_MAY_LACK = ("semseg",)
_CHANGES = {"semseg": {"classes": labels.CLASSES}, "scene_63": {"channels": len(labels.PLACES)}}
_USUAL = {"scene_63": "scene"}


class Taskonomy(FileSource):
    """One split of Taskonomy.

    The views are those that have an image and a file in every domain of their building; the semantic labels alone may
    be missing, and are not labelled then, as in the published code. A building without a whole domain lacks its labels.

    Args:
        root: The folder of the buildings, local or remote.
        split: `"train"`, `"val"` or `"test"`.

    Raises:
        ValueError: `split` is none of these, or the list of buildings is not as described.
        FileNotFoundError: No view of the split is there.
    """

    def __init__(self, root: str, split: str):
        if split not in SPLITS:
            raise ValueError(f"`split` of Taskonomy must be one of {', '.join(SPLITS)}. Received: split={split!r}.")
        buildings, content = _buildings(root, split)
        tasks = _tasks(root)
        images, paths = FilePathsBuilder(), {name: FilePathsBuilder() for name in tasks}
        self._left_out: list[tuple[str, str]] = []
        there = {name.lower(): name for name in files.file_names(root)}
        for building in buildings:
            if building in there:
                self._add(files.join(root, there[building]), building, tasks, images, paths)
        image_paths = images.done()
        if not image_paths:
            raise FileNotFoundError(
                f"`split` must have views in {root}/<building>/{IMAGES[0]}, of the buildings {', '.join(buildings)}. "
                f"Received: none."
            )
        super().__init__(
            name="taskonomy",
            split=split,
            tasks=tasks,
            encodings={name: DOMAINS[name][2] for name in tasks},
            image_paths=image_paths,
            label_paths={name: found.done() for name, found in paths.items()},
            description=content + settings_content(root),
        )

    def unused_files(self) -> list[tuple[str, str]]:
        """Returns the images of views that lack a file, and the domains that a building lacks."""
        return self._left_out

    def _add(self, folder: str, building: str, tasks, images: FilePathsBuilder, paths: dict) -> None:
        """Adds the views of one building."""
        found = {name: _views(folder, *DOMAINS[name][:2]) for name in tasks}
        lacking = sorted({DOMAINS[name][0] for name, views in found.items() if not views})
        rule = "a building must have every domain for its labels to be used. Received: none of this."
        self._left_out += [(files.join(folder, domain), rule) for domain in lacking]
        needed = [name for name, views in found.items() if views and name not in _MAY_LACK]
        shown = _views(folder, *IMAGES)
        places = [(images, *IMAGES, shown), *((paths[name], *DOMAINS[name][:2], found[name]) for name in tasks)]
        forms = [
            (builder.add, files.join(folder, domain, ""), _domain(ending), views)
            for builder, domain, ending, views in places
        ]
        for view in sorted(shown):
            without = [name for name in needed if view not in found[name]]
            if without:
                rule = "a view must have a file in every domain of its building to be used. Received: none for"
                path = files.join(folder, IMAGES[0], f"{view}{_domain(IMAGES[1])}")
                self._left_out.append((path, f"{rule} {', '.join(without)}."))
                continue
            id_ = f"{building}/{view}"
            for add, before, behind, views in forms:
                if view in views:
                    add(id_, before, len(building) + 1, behind, views[view])


def _tasks(root: str) -> dict[str, Task]:
    """Returns the tasks by name; `scene_63` is `scene` for the places that Taskonomy's own network knows."""
    tasks = {name: get_task(_USUAL.get(name, name), name=name, **_CHANGES.get(name, {})) for name in DOMAINS}
    weights = {"class_weights": list(labels.CLASS_WEIGHTS)}
    return with_own_settings(root, tasks | {"semseg": with_data_settings(tasks["semseg"], weights)})


def _views(folder: str, domain: str, ending: str) -> dict[str, int | None]:
    """Returns view (`point_<P>_view_<V>`) -> size of the file, if it is known, of one domain of a building."""
    end = _domain(ending)
    files_there = listing(files.join(folder, domain)).each()
    return {name.removesuffix(end): size for name, size in files_there if name.endswith(end)}


def _domain(ending: str) -> str:
    return f"_domain_{ending}"


def _buildings(root: str, split: str) -> tuple[list[str], bytes]:
    """Returns the buildings of a split in small letters, and the content of the list that says so."""
    path = files.join(root, LIST)
    if not files.is_file(path):
        return list(BUILDINGS[split]), b""
    content = files.read_bytes(path)
    try:
        # The published file has the line ends of old Macs.
        rows = list(csv.DictReader(io.StringIO("\n".join(content.decode("utf-8-sig").splitlines()))))
        chosen = [row["id"].strip().lower() for row in rows if {"0": False, "1": True}[row[split].strip()]]
    except (UnicodeDecodeError, csv.Error, KeyError, AttributeError) as error:
        raise ValueError(
            f"{path}: the list must have the columns id, train, val and test, of 0 and 1. Received: {error!r}."
        ) from None
    return chosen, content


def _splits_there(root: str) -> tuple[str, ...]:
    """Returns the splits of which a building is there, or all where none is: few have all buildings."""
    there = {name.lower() for name in files.file_names(root)}
    return tuple(split for split in SPLITS if there.intersection(_buildings(root, split)[0])) or SPLITS


def _known_buildings(root: str) -> Iterator[str]:
    known = {building for buildings in BUILDINGS.values() for building in buildings}
    return (name for name in files.file_names(root) if name.lower() in known)


DATA_SET = DataSet(
    name="taskonomy",
    form=f"a Taskonomy folder with {LIST} or its buildings",
    recognises=lambda data: (
        files.is_file(files.join(data, LIST))
        or any(files.is_folder(files.join(data, name, IMAGES[0])) for name in _known_buildings(data))
    ),
    tasks=_tasks,
    splits=_splits_there,
    open=Taskonomy,
    precedence=25,  # whether its buildings are there takes a look into the folder
)
