"""Looking at every file of a data set before anything is trained on it."""

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from bmt_tf import _files as files
from bmt_tf.data.file_source import FileSource
from bmt_tf.data.opening import find_data_set
from bmt_tf.data.pixels import image_orientation
from bmt_tf.data.source import Source, check_example, with_only
from bmt_tf.data.splitting import evenly_spread
from bmt_tf.tasks import LabelKind

_THREADS = 8
# Endings of files that may well be meant as photographs or labels.
_OF_DATA = tuple(
    ".png .jpg .jpeg .tif .tiff .bmp .gif .webp .heic .heif .jp2 .ppm .pgm .pfm .exr .hdr .dng".split()
    + ".npy .npz .mat .h5".split()
)


@dataclasses.dataclass(frozen=True)
class Problem:
    """Something wrong with a data set.

    Attributes:
        file: File or folder, or the id of an example that is in no file.
        task: Name of the task whose label it is, `"image"`, or empty.
        message: The rule, and what was found.
        grave: Whether it keeps a network from being trained; a file that has no part in it does not.
    """

    file: str
    task: str
    message: str
    grave: bool = True

    def __str__(self) -> str:
        """Returns the problem in one line."""
        return f"{self.file}: {self.message}"


def check_data(
    data: str | Source, *, tasks: list[str] | None = None, splits: list[str] | None = None, limit: int | None = None
) -> list[Problem]:
    """Returns everything that is wrong with a data set, not only the first fault.

    Listed are splits that are missing, files that cannot be read, labels with values out of range or of another size
    than their image, labels without an image, files that nothing reads, photographs of which it is not said
    on which form their labels were drawn, and tasks without any label in a split. That single labels are
    missing is no fault.

    Args:
        data: As for `open_data`, or one split that is already open.
        tasks: Names of the tasks to look at; all by default.
        splits: Splits to look at; by default all that the data set says it has. Without effect on an open split.
        limit: Largest number of examples to read per split, evenly spread; all by default.

    Returns:
        The problems, by split and example.
    """
    if not isinstance(data, str):
        return list(_source_problems(data, tasks, limit))
    try:
        found, place = find_data_set(data)
    except FileNotFoundError as error:
        return [_problem(data, "", error)]
    try:
        splits = splits or found.splits(place)
    except (OSError, ValueError) as error:
        return [_problem(files.join(place, found.described_by), "", error)]
    problems = []
    for split in splits:
        try:
            source = found.open(place, split)
        except (OSError, ValueError) as error:
            problems.append(_problem(files.join(place, split), "", error))
        else:
            problems += _source_problems(source, tasks, limit)
    return problems


def _source_problems(source: Source, tasks: list[str] | None, limit: int | None) -> Iterator[Problem]:
    tasks = list(source.tasks) if tasks is None else tasks
    source = with_only(source, tasks)
    indices = evenly_spread(len(source), len(source) if limit is None else limit).tolist()
    if isinstance(source, FileSource):
        yield from _listing_problems(source)
        check = _file_problems
    else:
        check = _example_problems
    with ThreadPoolExecutor(_THREADS) as pool:
        for found in pool.map(lambda index: check(source, index), indices):
            yield from found


def _listing_problems(source: FileSource) -> Iterator[Problem]:
    for task in source.tasks:
        paths = source.label_paths[task]
        for id_ in sorted(paths.keys() - source.image_paths.keys()):
            yield Problem(paths[id_], task, f"a label must have an image of the same name. Received: none for {id_!r}.")
        if not paths.keys() & source.image_paths.keys():
            message = f"task {task!r} must have labels. Received: none."
            yield Problem(f"{source.name}/{source.split}", task, message, source.split == "train")
    for path, reason in source.unused_files():
        yield Problem(path, "", reason, path.lower().endswith(_OF_DATA))


def _file_problems(source: FileSource, index: int) -> list[Problem]:
    problems, size, id_ = [], None, source.ids[index]
    try:
        size = source.read_image(index).shape[:2]
    except (OSError, ValueError) as error:
        problems.append(_problem(source.image_paths[id_], "image", error))
    problems += _orientation_problems(source, id_) if size else []
    for task in source.tasks:
        path = source.label_paths[task].get(id_)
        try:
            if path:
                source.read_label(index, task, size)
        except (OSError, ValueError) as error:
            problems.append(_problem(path, task, error))
    return problems


def _orientation_problems(source: FileSource, id_: str) -> list[Problem]:
    labelled = any(kind.dense and id_ in source.label_paths[name] for name, kind in _kinds(source))
    if source.drawn_on or not labelled or (orientation := image_orientation(source.image_paths[id_])) == 1:
        return []
    message = (
        "a photograph that its camera marked as turned has labels per pixel, so dataset.json must say in `image` "
        'whether `labels_drawn_on` is "upright" (as viewers show it) or "stored" (as the pixels lie in the file). '
        f"Received: orientation {orientation}."
    )
    return [Problem(source.image_paths[id_], "image", message)]


def _kinds(source: FileSource) -> list[tuple[str, LabelKind]]:
    return [(name, task.kind) for name, task in source.tasks.items()]


def _example_problems(source: Source, index: int) -> list[Problem]:
    try:
        check_example(source[index], [source.tasks[name] for name in source.tasks])
    except (OSError, ValueError) as error:
        return [_problem(str(source.ids[index]), "", error)]
    return []


def _problem(file: str, task: str, error: Exception) -> Problem:
    return Problem(file, task, str(error).removeprefix(f"{file}: "))
