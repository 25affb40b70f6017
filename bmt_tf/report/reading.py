"""Reads a study: the folders below one folder, by their kind. What is missing or broken becomes a remark."""

import csv
import io
import math
import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from bmt_tf import _files as files
from bmt_tf.affinity import AffinityResult, BlockCertainty, tree_certainty
from bmt_tf.costs import CostTable
from bmt_tf.grouping import Grouping
from bmt_tf.report.searches import Search
from bmt_tf.report.study import Front, FrontPoint, ReportedRun, Score, Study
from bmt_tf.runs import Run, SearchConfig
from bmt_tf.runs.paths import RUN_FOLDERS, AffinityPaths, ChoicePaths, RunPaths
from bmt_tf.search.alpha_file import AlphaHistory

Part = TypeVar("Part")
_UNREADABLE = (OSError, ValueError, TypeError, KeyError, AttributeError)


def read_study(study_dir: str | pathlib.Path) -> Study:
    """Returns what the folders below a study's folder hold.

    Args:
        study_dir: The folder; run directories may lie at any depth below it.

    Returns:
        The study. A file that is missing or broken costs its part of the study and adds a remark.

    Raises:
        FileNotFoundError: There is no such folder, or nothing that a report could show below it.
    """
    root = os.fspath(study_dir)
    if not files.is_folder(root):
        raise FileNotFoundError(f"`study_dir` must be a folder of run directories. Received: {root!r}.")
    remarks: list[str] = []
    runs, affinities, fronts, searches = [], {}, [], []
    for path in _paths(root):
        folder = _Folder(path, os.path.relpath(path, root), remarks)
        found = _read_run(folder)
        runs += [found] if isinstance(found, ReportedRun) else []
        searches += [found] if isinstance(found, Search) else []
        affinity, front = _read_affinity(folder), _read_front(folder)
        affinities |= {folder.name: affinity} if affinity is not None else {}
        fronts += [front] if front is not None else []
    if not (runs or affinities or fronts or searches):
        raise FileNotFoundError(
            f"`study_dir` must hold runs made by scripts/train.py, searches, affinities or fronts. Received: "
            f"{root!r}, where there are none. {' '.join(remarks)}".rstrip()
        )
    name = os.path.basename(os.path.realpath(root))
    return Study(name, tuple(runs), affinities, tuple(fronts), tuple(searches), tuple(remarks))


class _Folder:
    """A folder of a study: its path, its name below the study's folder, and what is remarked upon."""

    def __init__(self, path: str, name: str, remarks: list[str]):
        self.path, self.name, self._remarks = path, name, remarks

    def part(self, file: str, read: Callable[[], Part]) -> Part | None:
        """Returns what `read` makes of a file; None, and a remark that names the file, where it fails."""
        try:
            return read()
        except FileNotFoundError:
            self._remarks.append(f"{self.name}: there is no {os.path.basename(file)}.")
        except _UNREADABLE as error:
            reason = f"{type(error).__name__}: {error}"
            self._remarks.append(f"{self.name}: {os.path.basename(file)} could not be read ({reason}).")
        return None


def _paths(folder: str) -> Iterator[str]:
    yield folder
    for name in files.file_names(folder):
        path = files.join(folder, name)
        if name not in RUN_FOLDERS and files.is_folder(path):
            yield from _paths(path)


def _read_run(folder: _Folder) -> ReportedRun | Search | None:
    """Returns the network or the search whose run a folder is; its files tell which, if its settings cannot."""
    paths = RunPaths(folder.path)
    begun, scored, searched = (files.is_file(path) for path in (paths.config, paths.metrics, paths.alpha))
    if not (begun or scored or searched):
        return None
    run = folder.part(paths.config, lambda: Run.load(folder.path)) if begun or scored else None
    is_search = isinstance(run.settings, SearchConfig) if run else searched
    if scored or not is_search:
        return _network(folder, paths, run)
    return folder.part(paths.alpha, lambda: _search(folder, paths, run))


def _network(folder: _Folder, paths: RunPaths, run: Run | None) -> ReportedRun:
    # Not asked of the run: the tree and the scores are shown even where the settings cannot be read.
    has_tree = run is None or run.settings.has_tree
    grouping = folder.part(paths.grouping, lambda: Grouping.load(paths.grouping)) if has_tree else None
    metrics = folder.part(paths.metrics, lambda: _metrics(files.read_json(paths.metrics))) or {}
    pictures = [name for name in files.file_names(paths.predictions) if name.endswith(".png")]
    panels = tuple(files.join(paths.predictions, name) for name in pictures)
    return ReportedRun(folder.name, run, grouping, panels=panels, **metrics)


def _metrics(content: dict[str, Any]) -> dict[str, Any]:
    scores = {
        task: Score(row["measure"], _number(row["value"]), row["unit"], int(row["images"]), row["lower_is_better"])
        for task, row in content["tasks"].items()
    }
    return {
        "scores": scores,
        "cost": {unit: _number(value) for unit, value in content.get("cost", {}).items()},
        "served": {name: _number(entry.get("milliseconds")) for name, entry in content.get("exported", {}).items()},
        "delta": _delta(content.get("delta_m") or {}),
        "split": str(content.get("split", "")),
        "images": int(content.get("images") or 0),
        "step": int(content.get("step") or 0),
        "seconds_per_step": _number(content.get("seconds_per_step")),
    }


def _delta(content: dict[str, Any]) -> dict[str, Any]:
    if not content:
        return {}
    gains = {task: _number(value) for task, value in (content.get("per_task") or {}).items()}
    references = {str(task): str(path) for task, path in (content.get("references") or {}).items()}
    return {"value": _number(content.get("value")), "per_task": gains, "references": references}


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _search(folder: _Folder, paths: RunPaths, run: Run | None) -> Search:
    history = AlphaHistory.load(paths.alpha)
    tree = _if_there(paths.grouping, Grouping.load) or history.grouping(made_by={"method": "bmtas"})
    facts = _if_there(paths.search, files.read_json) or {}
    numbers = {key: float(facts.get(key, math.nan)) for key in ("cost", "trade_off")}
    texts = {key: str(facts.get(key, "")) for key in ("unit", "weighting")}
    weights = {task: float(weight) for task, weight in facts.get("loss_weights", {}).items()}
    return Search(folder.name, history, tree, run=run, weights=weights, **numbers, **texts)


def _read_affinity(folder: _Folder) -> AffinityResult | None:
    path = AffinityPaths(folder.path).affinity
    return folder.part(path, lambda: AffinityResult.load(path)) if files.is_file(path) else None


def _read_front(folder: _Folder) -> Front | None:
    paths = ChoicePaths(folder.path)
    return folder.part(paths.front, lambda: _front(folder, paths)) if files.is_file(paths.front) else None


def _front(folder: _Folder, paths: ChoicePaths) -> Front:
    rows = csv.DictReader(io.StringIO(files.read_bytes(paths.front).decode(), newline=""))
    points = tuple(
        FrontPoint(
            float(row["cost"]),
            float(row["score"]),
            row["chosen"] in {"1", "True", "true"},
            row["branches"],
            row.get("partitions") or "",
        )
        for row in rows
    )
    # A part of its own each: the trees of the front are shown though the choice cannot be read.
    chosen = folder.part(paths.grouping, lambda: _if_there(paths.grouping, Grouping.load))
    content = folder.part(paths.choice, lambda: _choice(paths)) or {}
    sure = folder.part(paths.choice, lambda: _certainty(content, chosen)) or ()
    costs = folder.part(paths.choice, lambda: _costs(content))
    unit = str(content.get("unit") or (chosen.made_by if chosen and chosen.made_by else {}).get("unit", ""))
    return Front(folder.name, points, unit, chosen, str(content.get("config", {}).get("search", "")), sure, costs)


def _choice(paths: ChoicePaths) -> dict[str, Any]:
    content = _if_there(paths.choice, files.read_json) or {}
    if not isinstance(content.get("config", {}), dict):
        raise TypeError(f"`config` must be an object. Received: {content['config']!r}.")
    return content


def _certainty(content: dict[str, Any], chosen: Grouping | None) -> tuple[BlockCertainty, ...]:
    together = content.get("together")
    return tree_certainty(together, chosen) if together is not None and chosen is not None else ()


def _costs(content: dict[str, Any]) -> CostTable | None:
    return CostTable.from_dict(content["costs"]) if "costs" in content else None


def _if_there(path: str, read: Callable[[str], Part]) -> Part | None:
    return read(path) if files.is_file(path) else None
