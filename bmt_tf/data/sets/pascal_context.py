"""PASCAL-Context in the layout `PASCAL_MT`: five tasks, four of them from other people's labels of the same images.

| task | folder | file |
| --- | --- | --- |
| images | JPEGImages | .jpg |
| semseg | semseg/VOC12, else semseg/pascal-context | palette .png, 0..20, 255 = void |
| human_parts | human_parts | .mat, the structure `anno` of PASCAL-Part |
| saliency | sal_distill | grey .png, salient above one half |
| normals | normals_distill | .png, 2 v / 255 - 1 |
| edge, and where normals count | pascal-context/trainval | .mat, `LabelMap`, 1..459 |

The ids are those of `ImageSets/Context/<split>.txt`; the archive's "val" is the test set of 5105 images. The lists in
`ImageSets/Parts`, which other codes keep for themselves, are not read.

Source: BMTAS, section 4.1 and appendix A, and its published code. Here normals become unit vectors, where that code
compares the prediction with vectors as they were rounded.
"""

from collections.abc import Mapping

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.labels.label_files import LabelReader
from bmt_tf.data.sets import pascal_labels
from bmt_tf.data.sets.listed import LabelFolders, Listed, read_ids
from bmt_tf.data.sets.own_settings import with_own_settings
from bmt_tf.tasks import Task, get_task
from bmt_tf.tasks.data_settings import with_data_settings

_LISTS = "ImageSets/Context"
_MAPS = "pascal-context/trainval"
# SEISM, the tool by which edges are scored, takes 2498 of the 5105 images; its list goes by this name there.
_SCORED_EDGES = "test_new.txt"


class PascalContext(Listed):
    """One split of PASCAL-Context with semantic segmentation, human parts, saliency, normals and edges.

    Edges to train on are thinned responses of a Laplacian; those to score on are thinned borders of the map's areas, as
    the scoring tool makes them. Where the list `ImageSets/Context/test_new.txt` lies, edges of the images of "val" that
    are not in it count as not labelled, so that the number of images beside the score says which list was used.

    Args:
        root: The unpacked archive, local or remote.
        split: `"train"` or `"val"`.

    Raises:
        FileNotFoundError: The list of the split is missing.
        ValueError: A list is empty, no text, or has an id twice; or edges are to be scored on images of no split.
    """

    def __init__(self, root: str, split: str):
        scored_list = files.join(root, _LISTS, _SCORED_EDGES)
        chosen = split != "train" and files.is_file(scored_list)
        super().__init__(
            name="pascal_context",
            root=root,
            split=split,
            list_path=files.join(root, _LISTS, f"{split}.txt"),
            images="JPEGImages",
            tasks=_tasks(root),
            labels=_labels(root, pascal_labels.laplacian_edges if split == "train" else pascal_labels.area_borders),
            description=files.read_bytes(scored_list) if chosen else b"",
        )
        if chosen:
            scored = set(read_ids(scored_list))
            strangers = sorted(scored - set(self.ids))
            if strangers:
                raise ValueError(
                    f"{scored_list}: the list must hold ids of the split {split!r}. Received: {strangers[:5]}."
                )
            edges = self.label_paths["edge"]
            self.label_paths = dict(self.label_paths) | {"edge": {id_: edges[id_] for id_ in edges if id_ in scored}}


def _labels(root: str, edge: LabelReader) -> Mapping[str, LabelFolders]:
    return {
        "semseg": LabelFolders(("semseg/VOC12", "semseg/pascal-context"), (".png",), {}),
        "human_parts": LabelFolders(("human_parts",), (".mat",), pascal_labels.human_parts),
        "saliency": LabelFolders(("sal_distill",), (".png",), {"positive_from": 128}),
        "normals": LabelFolders(
            ("normals_distill",), (".png",), pascal_labels.normals_where_known(files.join(root, _MAPS))
        ),
        "edge": LabelFolders((_MAPS,), (".mat",), edge),
    }


def _tasks(root: str) -> dict[str, Task]:
    edge = with_data_settings(get_task("edge"), {"max_distance": 0.0075, "positive_weight": 0.95})
    tasks = (*(get_task(name) for name in ("semseg", "human_parts", "saliency", "normals")), edge)
    return with_own_settings(root, {task.name: task for task in tasks})


DATA_SET = DataSet(
    name="pascal_context",
    form=f"a PASCAL_MT folder with {_LISTS}/",
    recognises=lambda data: files.is_folder(files.join(data, _LISTS)),
    tasks=_tasks,
    splits=lambda data: ("train", "val"),
    open=PascalContext,
)
