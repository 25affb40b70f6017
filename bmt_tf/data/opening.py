"""From what a user writes after `--data` to a source."""

from bmt_tf import _files as files
from bmt_tf.data.source import Source


def open_data(data: str, split: str) -> Source:
    """Returns one split of a data set.

    Args:
        data: A folder with `dataset.json` (see `Folder`), a NYUD_MT folder with `gt_sets/` (see `Nyud`), or embedded
            data: `"scenes"` (see `Scenes`) or `"planted"` (see `Planted`), with options as in
            `"scenes:train=64,val=16,height=32,width=32,seed=1"`.
        split: `"train"` or `"val"`.

    Returns:
        The source.

    Raises:
        FileNotFoundError: `data` is none of these.
    """
    name = data.partition(":")[0]
    if name == "scenes":
        from bmt_tf.data.sets.scenes import Scenes

        return Scenes.from_spec(data, split)
    if name == "planted":
        from bmt_tf.data.sets.planted import Planted

        return Planted.from_spec(data, split)
    if files.is_file(files.join(data, "dataset.json")):
        from bmt_tf.data.sets.folder import Folder

        return Folder(data, split)
    if files.is_folder(files.join(data, "gt_sets")):
        from bmt_tf.data.sets.nyud import Nyud

        return Nyud(data, split)
    raise FileNotFoundError(
        "`data` must be 'scenes', 'planted', a folder with a dataset.json, or a NYUD_MT folder with gt_sets/. "
        f"Received: data={data!r}."
    )


def data_tasks(data: str) -> dict:
    """Returns the tasks of a data set."""
    return open_data(data, "train").tasks
