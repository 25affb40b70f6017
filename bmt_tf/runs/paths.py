"""What the files of a run, of an affinity and of a choice are called. No other module names them."""

from dataclasses import dataclass

from bmt_tf import _files as files


class _Below:
    """A file or folder of a fixed name; read from a directory's paths it is the whole path."""

    def __init__(self, name: str):
        self.name = name

    def __get__(self, paths, owner=None):
        return self.name if paths is None else files.join(paths.directory, self.name)


@dataclass(frozen=True)
class _Paths:
    directory: str

    def __post_init__(self):
        object.__setattr__(self, "directory", files.expanded(self.directory))  # TensorFlow is given some of the paths


class RunPaths(_Paths):
    """The files of a run: `RunPaths("runs/shared").metrics` is a path, `RunPaths.metrics` the file's name."""

    config = _Below("config.json")
    grouping = _Below("grouping.json")
    checkpoints = _Below("checkpoints")
    events = _Below("events")
    in_use = _Below("in_use.json")  # while a process works there
    training = _Below("training.json")  # steps done, and how long they took
    weighting = _Below("weighting.json")  # weights of losses that were measured before training
    metrics = _Below("metrics.json")
    predictions = _Below("predictions")
    saved_model = _Below("saved_model")
    litert = _Below("litert")
    litert_float16 = _Below("litert_float16")
    litert_int8 = _Below("litert_int8")
    onnx = _Below("onnx")
    demo_page = _Below("demo_page")
    widening = _Below("widening.json")  # how the tree has grown
    difficulty = _Below("difficulty.npz")  # of a network that all tasks share
    # Of a search.
    alpha = _Below("alpha.npz")
    search = _Below("search.json")
    timing = _Below("timing.json")
    split = _Below("split.json")  # the images of weights and of alpha
    costs = _Below("costs.json")
    warm_up_checkpoints = _Below("warm_up/checkpoints")


class AffinityPaths(_Paths):
    """The files of an affinity."""

    rdms = _Below("rdm")
    affinity = _Below("affinity.npz")


def affinity_file(path: str) -> str:
    """Returns the file of an affinity that is named by itself, or by its directory."""
    return AffinityPaths(path).affinity if files.is_folder(path) else path


class ChoicePaths(_Paths):
    """The files of a chosen tree."""

    grouping = _Below("grouping.json")
    front = _Below("front.csv")
    choice = _Below("choice.json")


# Folders of a run in which no further runs are looked for.
RUN_FOLDERS = frozenset(
    {
        RunPaths.checkpoints,
        RunPaths.events,
        RunPaths.predictions,
        RunPaths.saved_model,
        RunPaths.litert,
        RunPaths.litert_float16,
        RunPaths.litert_int8,
        RunPaths.onnx,
        RunPaths.demo_page,
        AffinityPaths.rdms,
    }
)
