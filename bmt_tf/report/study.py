"""A study: the run directories below one folder, read into values. What is missing or broken becomes a remark."""

import csv
import json
import math
import pathlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
from bmt_tf.report.searches import Search, read_search
from bmt_tf.runs.config import COMPARED

SKIPPED = frozenset({"checkpoints", "events", "predictions", "saved_model", "rdm"})


@dataclass(frozen=True)
class Score:
    """What a run reached on one task.

    Args:
        measure: Name of the measure.
        value: Its value; NaN if there is none.
        unit: Unit of the value.
        images: Number of images that had a label.
        lower_is_better: Whether less is better.
    """

    measure: str
    value: float
    unit: str
    images: int
    lower_is_better: bool


@dataclass(frozen=True)
class Run:
    """One run directory.

    Args:
        name: Path below the study's folder.
        folder: The directory.
        config: Content of `config.json`; empty if there is none.
        grouping: The tree; None if there is none.
        scores: Score by task; empty before evaluation.
        cost: Cost by unit, of the whole network.
        delta: Content of `delta_m` in `metrics.json`; empty if it was not computed.
        split: Split that was scored.
        step: Number of updates of the scored weights.
        seconds_per_step: Time of a training step; NaN if not stored.
        panels: Pictures of predictions.
    """

    name: str
    folder: pathlib.Path
    config: Mapping[str, Any] = field(default_factory=dict)
    grouping: Grouping | None = None
    scores: Mapping[str, Score] = field(default_factory=dict)
    cost: Mapping[str, float] = field(default_factory=dict)
    delta: Mapping[str, Any] = field(default_factory=dict)
    split: str = ""
    step: int = 0
    seconds_per_step: float = math.nan
    panels: tuple[pathlib.Path, ...] = ()

    @property
    def seed(self) -> int | None:
        """The seed of the run, if it is stored."""
        return self.config.get("seed")

    @property
    def single(self) -> bool:
        """Whether this is the network of a single task."""
        tasks = self.grouping.tasks if self.grouping else tuple(self.scores)
        return len(tasks) == 1

    @property
    def settings(self) -> tuple:
        """What must be equal for two runs to stand in one table."""
        values, data = self.config.get("config", {}), self.config.get("data", {})
        listed = [json.dumps(values.get(name)) for name in COMPARED]
        return (*listed, data.get("fingerprint", ""), self.split)


@dataclass(frozen=True)
class FrontPoint:
    """One tree of a trade-off front.

    Args:
        cost: Its cost, in the front's unit.
        score: Its clustering cost, or its negative log-likelihood.
        chosen: Whether it was chosen for the budget.
        branches: Number of parts at each block, as text.
    """

    cost: float
    score: float
    chosen: bool
    branches: str


@dataclass(frozen=True)
class Front:
    """A trade-off front, as `front.csv` holds it.

    Args:
        name: Path of its folder below the study's folder.
        points: Trees by rising cost.
        unit: Unit of the costs; empty if the folder has no `grouping.json` that says so.
        chosen: The tree that was chosen; None if the folder has none.
        search: Directory of the search whose likely trees these are; empty for a front of another kind.
    """

    name: str
    points: tuple[FrontPoint, ...]
    unit: str = ""
    chosen: Grouping | None = None
    search: str = ""


@dataclass(frozen=True)
class Study:
    """Everything found below one folder.

    Args:
        name: Name of the folder.
        runs: Runs of networks, by name.
        affinities: Affinity results by the name of their folder.
        fronts: Trade-off fronts.
        searches: Finished differentiable searches.
        remarks: What is missing or could not be read, one sentence each.
    """

    name: str
    runs: tuple[Run, ...]
    affinities: Mapping[str, AffinityResult]
    fronts: tuple[Front, ...]
    searches: tuple[Search, ...]
    remarks: tuple[str, ...]


def read_study(study_dir: str | pathlib.Path) -> Study:
    """Returns what the folders below a study's folder hold.

    Args:
        study_dir: The folder; run directories may lie at any depth below it.

    Returns:
        The study. A file that is missing or broken costs its part of the study and adds a remark.

    Raises:
        FileNotFoundError: There is no such folder, or nothing that a report could show below it.
    """
    root = pathlib.Path(study_dir)
    if not root.is_dir():
        raise FileNotFoundError(f"`study_dir` must be a folder of run directories. Received: {str(study_dir)!r}.")
    remarks: list[str] = []
    runs, affinities, fronts, searches = [], {}, [], []
    for folder in _folders(root):
        name = folder.relative_to(root).as_posix()
        kind = _kind(folder)
        if kind == "run":
            runs.append(_read_run(folder, name, remarks))
        if (folder / "affinity.npz").exists():
            found = _attempt(AffinityResult.load, folder / "affinity.npz", name, remarks)
            affinities |= {name: found} if found is not None else {}
        if kind == "search":
            one = _attempt(lambda path, name=name: read_search(path.parent, name), folder / "alpha.npz", name, remarks)
            searches += [one] if one is not None else []
        if (folder / "front.csv").exists():
            front = _attempt(lambda path, name=name: _read_front(path, name), folder / "front.csv", name, remarks)
            fronts += [front] if front is not None else []
    if not (runs or affinities or fronts or searches):
        raise FileNotFoundError(
            f"`study_dir` must hold runs made by scripts/train.py, searches, affinities or fronts. Received: "
            f"{str(study_dir)!r}, where there are none. {' '.join(remarks)}".rstrip()
        )
    return Study(root.resolve().name, tuple(runs), affinities, tuple(fronts), tuple(searches), tuple(remarks))


def _folders(root: pathlib.Path) -> Iterator[pathlib.Path]:
    yield root
    for child in sorted(path for path in root.iterdir() if path.is_dir()):
        if child.name not in SKIPPED and not child.name.startswith("."):
            yield from _folders(child)


def _kind(folder: pathlib.Path) -> str:
    """Returns `run` for the folder of a network, `search` for that of a search, else nothing."""
    if (folder / "metrics.json").exists():
        return "run"
    if not (folder / "config.json").exists():
        return "search" if (folder / "alpha.npz").exists() else ""
    try:
        searched = json.loads((folder / "config.json").read_text())["kind"] == "SearchConfig"
    except (ValueError, TypeError, KeyError):  # remarked upon when it is read again
        searched = (folder / "alpha.npz").exists()
    return "search" if searched else "run"


def _attempt(read, path: pathlib.Path, name: str, remarks: list[str]):
    """Returns what `read` makes of a file, or None and a remark."""
    try:
        return read(path)
    except FileNotFoundError:
        remarks.append(f"{name}: there is no {path.name}.")
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        remarks.append(f"{name}: {path.name} could not be read ({type(error).__name__}: {error}).")
    return None


def _read_run(folder: pathlib.Path, name: str, remarks: list[str]) -> Run:
    config = _attempt(_json_object, folder / "config.json", name, remarks) or {}
    grouping = _attempt(Grouping.load, folder / "grouping.json", name, remarks)
    metrics = _attempt(_read_metrics, folder / "metrics.json", name, remarks) or {}
    panels = tuple(sorted((folder / "predictions").glob("*.png")))
    return Run(name=name, folder=folder, config=config, grouping=grouping, panels=panels, **metrics)


def _json_object(path: pathlib.Path) -> dict[str, Any]:
    content = json.loads(path.read_text())
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} must hold a JSON object. Received: {type(content).__name__}.")
    return content


def _read_metrics(path: pathlib.Path) -> dict[str, Any]:
    content = _json_object(path)
    scores = {
        task: Score(row["measure"], _number(row["value"]), row["unit"], int(row["images"]), row["lower_is_better"])
        for task, row in content["tasks"].items()
    }
    return {
        "scores": scores,
        "cost": {unit: _number(value) for unit, value in content.get("cost", {}).items()},
        "delta": content.get("delta_m") or {},
        "split": str(content.get("split", "")),
        "step": int(content.get("step") or 0),
        "seconds_per_step": _number(content.get("seconds_per_step")),
    }


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _read_front(path: pathlib.Path, name: str) -> Front:
    with path.open(newline="") as file:
        points = tuple(
            FrontPoint(float(row["cost"]), float(row["score"]), row["chosen"] in {"1", "True", "true"}, row["branches"])
            for row in csv.DictReader(file)
        )
    tree = path.with_name("grouping.json")
    chosen = Grouping.load(tree) if tree.exists() else None
    unit = str((chosen.made_by or {}).get("unit", "")) if chosen else ""
    choice = path.with_name("choice.json")
    settings = _json_object(choice).get("config", {}) if choice.exists() else {}
    return Front(name, points, unit, chosen, str(settings.get("search", "")))
