"""The user's own data: `dataset.json`, `<split>/image/*` and `<split>/<task>/*`, no code."""

from bmt_tf import _files as files
from bmt_tf.data.data_set import DataSet
from bmt_tf.data.description import DESCRIPTION, read_description
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.pixels import IMAGE_SUFFIXES

LABEL_SUFFIXES = (".png", ".npy")


class Folder(FileSource):
    """One split of a data folder.

    Every image is an example; its id is the file's name without suffix. Label files bear the same name in the folder
    of their task. Where there is none, the example lacks that label.

    Args:
        root: The folder with `dataset.json`, local or remote.
        split: Name of a split, a folder in it.

    Raises:
        ValueError: `split` is none of the splits, or two files bear one id.
        FileNotFoundError: The split's folder is missing or holds no image.
    """

    def __init__(self, root: str, split: str):
        description = read_description(root)
        if split not in description.splits:
            raise ValueError(
                f"`split` must be one of {list(description.splits)} of {files.join(root, DESCRIPTION)}. "
                f"Received: split={split!r}."
            )
        folder = files.join(root, split)
        images = by_id(files.join(folder, description.image_folder), IMAGE_SUFFIXES)
        if not images:
            raise FileNotFoundError(
                f"`split` must name a folder with images in {files.join(folder, description.image_folder)}. "
                f"Received: split={split!r}, no .jpg or .png there."
            )
        super().__init__(
            name=description.name,
            split=split,
            tasks=description.tasks,
            encodings=description.encodings,
            image_paths=images,
            label_paths={task: by_id(files.join(folder, task), LABEL_SUFFIXES) for task in description.tasks},
            description=description.content,
        )


def by_id(folder: str, suffixes: tuple[str, ...]) -> dict[str, str]:
    """Returns id (name without suffix) -> path of the files in a folder, by rising id; a missing folder holds none.

    Files whose suffix in lower case is none of `suffixes` are passed over.
    """
    found: dict[str, str] = {}
    for name in files.file_names(folder):
        id_, dot, suffix = name.rpartition(".")
        if (dot + suffix).lower() not in suffixes:
            continue
        if id_ in found:
            raise ValueError(f"{folder}: an id must have one file. Received: {found[id_]!r} and {name!r}.")
        found[id_] = files.join(folder, name)
    return dict(sorted(found.items()))


DATA_SET = DataSet(
    name="folder",
    form=f"a folder with a {DESCRIPTION}",
    recognises=lambda data: files.is_file(files.join(data, DESCRIPTION)),
    tasks=lambda data: read_description(data).tasks,
    splits=lambda data: read_description(data).splits,
    open=Folder,
    described_by=DESCRIPTION,
    precedence=10,
)
