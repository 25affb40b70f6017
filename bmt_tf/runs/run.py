"""The run directory as a value: the only thing that passes between scripts."""

import contextlib
import functools
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from bmt_tf import _files as files
from bmt_tf._threads import AUTO, threads_in_use, use_threads
from bmt_tf.data import open_data
from bmt_tf.data.loaded import at_load_size
from bmt_tf.data.source import Source
from bmt_tf.grouping import Grouping
from bmt_tf.runs import data
from bmt_tf.runs.config import RunConfig, TrainConfig
from bmt_tf.runs.modules import import_modules
from bmt_tf.runs.paths import RunPaths
from bmt_tf.runs.resuming import check_same
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.runs.settings import Pair
from bmt_tf.runs.software import versions
from bmt_tf.tasks import Task

if TYPE_CHECKING:
    from bmt_tf.models import Encoder, SoftSharing
    from bmt_tf.runs.network import Trained

KINDS = {kind.__name__: kind for kind in (TrainConfig, SearchConfig)}


class Run:
    """A run: its settings, and all that follows from them and from what lies in its directory.

    What is not in the settings is read when it is first asked for, and kept. A run that is trained is made by
    `Run.begin`, one that is looked at by `Run.load`.

    Args:
        settings: A `TrainConfig` or a `SearchConfig`, whose `run_dir` is the directory.
        record: Content of `config.json`: the settings, and the data, versions and command that the run was begun with;
            empty before that.

    Attributes:
        paths: Where its files lie, by what they hold, such as `paths.metrics`.
    """

    def __init__(self, settings: RunConfig, record: Mapping[str, Any] | None = None):
        self.settings, self.record = settings, dict(record or {})
        self.paths = RunPaths(settings.run_dir)
        self._splits: dict[str, Source] = {}
        self._moved = False  # whether its data is to be found the same, since it lies elsewhere than at the start

    @classmethod
    def begin(cls, settings: RunConfig, *, writes: bool = True, check: Callable[["Run"], None] | None = None) -> "Run":
        """Starts a run, or goes on with one that was stopped.

        Before the first step the data is looked at. Then the settings are written, or found to be those that the run
        was begun with: it is bound to them from its first checkpoint on.

        Args:
            settings: The settings. Where the directory holds a run with a checkpoint already, they must be those it was
                begun with, but for `replicas`, `checkpoint_every`, `log_every`, and where things lie; `extend` lets it
                go on to more `steps`.
            writes: Whether this process is the one that writes; the others of several workers only check.
            check: Called with the run, before its first step only; raises where something else keeps it from beginning.

        Returns:
            The run, whose directory is there and holds its `config.json` and, if it is trained, its `grouping.json`.

        Raises:
            ValueError: The data is faulty, or the run was begun with other settings, data or tree.
            OSError: The directory cannot be written.
        """
        from bmt_tf.runs.network import resolve_structure

        import_modules(settings.modules)
        run = cls(settings)
        if isinstance(settings, TrainConfig):
            run.structure = resolve_structure(settings, run.encoder)
        tree = run.structure if isinstance(settings, TrainConfig) and settings.has_tree else None
        source, _ = run.stored_split("train"), run.training_images
        bound = run.bound
        if not bound:
            data.refuse_faulty(source, run.tasks, settings.data)
            if check is not None:
                check(run)
        if writes:
            files.check_writable(run.path, "run_dir")
        if bound and files.exists(run.paths.config):
            check_same(run, tree, writes)
        elif writes:
            run._write(tree)
        if tree is not None:
            run.grouping = tree  # also where another process is about to write it
        return run

    @classmethod
    def load(cls, path: str, kind: type[RunConfig] | None = None, data_now: str = "") -> "Run":
        """Returns the run in a directory.

        Args:
            path: The directory, local or remote; it becomes the `run_dir` of the settings, so that a run may be moved.
            kind: `TrainConfig` or `SearchConfig`, where only runs of that kind will do; any will by default.
            data_now: Where the run's data is now, if it has moved; found to be the same once it is opened.

        Raises:
            FileNotFoundError: There is no run.
            ValueError: The run is of another kind, or its settings cannot be read.
        """
        record = files.read_json(RunPaths(path).config)
        if record["kind"] != (kind.__name__ if kind else record["kind"]):
            raise ValueError(f"`run_dir` must be a run of {kind.__name__}. Received: {path!r} of {record['kind']}.")
        import_modules(record["config"].get("modules", ()))
        begun_at = record.get("places", {}).get("data", record["config"]["data"])
        there = data_now or (begun_at if data.is_there(begun_at) else record["config"]["data"])
        run = cls(KINDS[record["kind"]].from_json({**record["config"], "run_dir": path, "data": there}), record)
        run._moved = there != begun_at
        return run

    @property
    def path(self) -> str:
        """The directory."""
        return self.settings.run_dir

    @functools.cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks, with the loss weights of the settings."""
        with data.saying_where(self.settings) if self.record else contextlib.nullcontext():
            return data.tasks_of(self.settings)

    def split(self, name: str) -> Source:
        """Returns one split of the run's data, opened once, at the size at which the run loads it.

        Args:
            name: `train`, `val`, or another that the data has.
        """
        return at_load_size(self.stored_split(name), self.settings.load_size)

    def scored_split(self, name: str) -> Source:
        """Returns one split of the run's data, at the size at which the run is scored.

        Args:
            name: `train`, `val`, or another that the data has.
        """
        return self.stored_split(name) if self.resized_inside else self.split(name)

    @property
    def resized_inside(self) -> tuple[int, ...]:
        """The `load_size` to which images are brought while they are scored; none where they have it already."""
        return self.settings.load_size if self.settings.score_size == "original" else ()

    def stored_split(self, name: str) -> Source:
        """Returns one split of the run's data, opened once, as it is stored.

        Args:
            name: `train`, `val`, or another that the data has.
        """
        if name not in self._splits:
            with data.saying_where(self.settings) if self.record else contextlib.nullcontext():
                self._splits[name] = open_data(self.settings.data, name)
                if self._moved:
                    self._moved = False
                    self.check_data()
        return self._splits[name]

    @property
    def training_images(self) -> np.ndarray:
        """Sorted numbers of the images of the training split that are trained on."""
        return data.training_indices(self.settings, self.stored_split("train"))[0]

    @property
    def held_out_images(self) -> np.ndarray:
        """Sorted numbers of the images of the training split that were set aside."""
        return data.training_indices(self.settings, self.stored_split("train"))[1]

    @functools.cached_property
    def encoder(self) -> "Encoder":
        """The encoder."""
        from bmt_tf.runs.network import make_encoder

        return make_encoder(self.settings, self.settings.dropout)

    @functools.cached_property
    def grouping(self) -> Grouping:
        """The tree: that which is trained, or that which a search has found; networks of other kinds have none."""
        if not self.settings.has_tree:
            what = f"{self.path!r} with network={self.settings.network!r}, in which tasks share softly all the way"
            raise ValueError(f"`run_dir` must be a run with a tree for this. Received: {what}.")
        return Grouping.load(self.paths.grouping)

    @functools.cached_property
    def structure(self) -> "Grouping | SoftSharing":
        """What says which network it has: its tree, or how its tasks share softly."""
        from bmt_tf.runs.network import resolve_structure

        return self.grouping if self.settings.has_tree else resolve_structure(self.settings, self.encoder)

    @property
    def saved_steps(self) -> list[int]:
        """Steps of its checkpoints, in rising order."""
        from bmt_tf.runs.checkpoints import saved_steps

        return saved_steps(self.paths.checkpoints)

    @property
    def finished(self) -> bool:
        """Whether it was trained to the end."""
        return self.settings.steps in self.saved_steps

    @property
    def bound(self) -> bool:
        """Whether it has, or had, a checkpoint, and so is bound to its settings."""
        from bmt_tf.runs.checkpoints import saved_steps

        notes = self.paths.training, self.paths.timing  # written after the first checkpoint
        return bool(
            self.saved_steps or saved_steps(self.paths.warm_up_checkpoints) or any(files.exists(note) for note in notes)
        )

    @property
    def contents(self) -> dict[str, Any]:
        """What it was made of, wherever that lies; and the ends of the schedule `poly` that it was extended beyond."""
        return {
            "data": self.record.get("data"),
            "weights": self.record.get("weights", data.weights_content(self.settings.weights)),
            "extended": self.record.get("extended", []),
        }

    def differing(self, other: "Run", pair: Pair) -> dict[str, tuple[Any, Any]]:
        """Returns the settings and contents that must be equal in a pair of runs and are not: name -> (ours, theirs).

        Args:
            other: The other run.
            pair: What the two are to each other.
        """
        theirs = other.contents
        contents = {name: (ours, theirs[name]) for name, ours in self.contents.items() if ours != theirs[name]}
        return self.settings.differing(other.settings, pair) | contents

    @property
    def metrics(self) -> dict[str, Any]:
        """What `evaluate` has found."""
        return files.read_json(self.paths.metrics)

    def use_threads(self) -> None:
        """Lets TensorFlow compute with the threads that the run was begun with, if it has computed nothing yet here."""
        use_threads(self.record.get("threads", AUTO), self.settings.branches)

    def trained(self, step: int | None = None) -> "Trained":
        """Returns the trained network.

        Args:
            step: Number of updates, that of the checkpoint to read; the newest whole one where none is given.

        Returns:
            The network, on one device, and the number of updates it has seen. A run without a checkpoint that can be
            read is an error.
        """
        from bmt_tf.runs.network import trained_network

        self.use_threads()
        return trained_network(self.settings, self.encoder, self.structure, self.tasks, step)

    def _write(self, tree: Grouping | None) -> None:
        paths = self.paths  # what a start without checkpoint has left there goes
        for left in (paths.split, paths.costs, paths.events, paths.widening, paths.weighting):
            files.remove(left)
        if tree is not None:
            tree.save(self.paths.grouping)
        self.record = {
            "config": self.settings.to_json(),
            "kind": type(self.settings).__name__,
            "data": self._data(),
            "places": {"data": data.place_of(self.settings.data)},
            "weights": data.weights_content(self.settings.weights),
            "seed": self.settings.seed,
            "versions": versions(),
            "threads": threads_in_use(),
            "command": sys.argv,
        }
        files.write_json(self.paths.config, self.record)

    def check_data(self) -> None:
        """Refuses data that is not what the run was begun with.

        Raises:
            ValueError: The training split holds other files.
        """
        found = self._data()
        if self.record["data"] != found:
            raise ValueError(
                f"`data` must hold the files the run was begun with to go on with {self.path!r} "
                f"({self.record['data']}). Received: {found} in {self.settings.data!r}."
            )

    def _data(self) -> dict[str, str]:
        source = self.stored_split("train")
        return {"name": source.name, "fingerprint": source.fingerprint()}
