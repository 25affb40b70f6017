"""The sections of the page: what each shows of a study, as the words and pictures that the template lays out."""

import json
import math
import os
import re
import shlex
from collections.abc import Mapping, Sequence

from bmt_tf import _files as files
from bmt_tf.affinity import UNDECIDED_MEANS, AffinityResult, certainty_lines
from bmt_tf.grouping import Grouping
from bmt_tf.report import figures
from bmt_tf.report.differences import compared_methods, difference_text, rivals_of
from bmt_tf.report.embedding import bare_drawing, png_uri
from bmt_tf.report.lines import lines_of
from bmt_tf.report.searches import Search, search_of_front
from bmt_tf.report.sentences import choice
from bmt_tf.report.study import Front, ReportedRun, Study
from bmt_tf.report.tables import COST_KEYS, MANY_TASKS, Table
from bmt_tf.report.trees import branch_text, made_by_text, method_of
from bmt_tf.report.wording import DASH, cost_text, setting_text

GAIN_UNITS = ("multiply_adds", "milliseconds")  # what gain is drawn against
COMPARED_METHODS = frozenset({"bmn", "bmtas"})
MOST_PANELS = 4  # pictures of predictions shown per run


def comparison_section(tables: Sequence[Table]) -> list[dict]:
    """Returns the tables, line by line; below a line of several networks these themselves."""
    return [
        {
            "table": table,
            "lines": [
                {
                    "line": line,
                    "runs": [(table.entries[n], table.rows[n]) for n in line.numbers] if line.several else [],
                }
                for line in lines_of(table)
            ],
        }
        for table in tables
    ]


def difference_section(tables: Sequence[Table]) -> list[dict]:
    """Returns, per table whose networks have several seeds, each choice beside its rivals of equal cost."""
    found = ((table, compared_methods(table)) for table in tables)
    return [
        {
            "settings": len(tables) > 1 and table.settings,
            "rivals": rivals,
            "rows": [
                {"compared": one, "cells": [difference_text(one.rivals.get(name)) for name in rivals]}
                for one in compared
            ],
        }
        for table, compared in found
        if (rivals := rivals_of(compared))
    ]


def methods_of(tables: Sequence[Table]) -> list[str]:
    """Returns the methods of the networks of tables, as they first come; with fewer than two there is no choice."""
    found = dict.fromkeys(entry.method for table in tables for entry in table.entries)
    return list(found) if len(found) > 1 else []


def gain_pictures(tables: Sequence[Table]) -> list[str]:
    """Returns the pictures of gain against cost of the tables that have gains."""
    wanted = [COST_KEYS[unit] for unit in GAIN_UNITS]
    pairs = [(table, column) for table in tables for column in table.columns if column.key in wanted]
    drawn = [figures.gain_against_cost(table, column) for table, column in pairs]
    return [bare_drawing(picture) for picture in drawn if picture]


def tree_section(study: Study) -> list[dict]:
    """Returns every tree once, with the names of all that have it."""
    found: dict[Grouping, list[str]] = {}
    for name, tree in study.trees:
        found.setdefault(tree, []).append(name)
    return [
        {
            "names": _without_seeds(names),
            "method": method_of(tree),
            "branches": branch_text(tree.branches),
            "made_by": made_by_text(tree.made_by),
            **_drawing(tree),
        }
        for tree, names in found.items()
    ]


def _without_seeds(names: Sequence[str]) -> list[str]:
    """Returns names of runs, those that differ in their seed alone as one, such as `bmn_85 (3 seeds)`."""
    found: dict[str, int] = {}
    for name in names:
        shown = re.sub(r"(?<=.)/seed_\w+$", "", name)
        found[shown] = found.get(shown, 0) + 1
    return [f"{name} ({count} seeds)" if count > 1 else name for name, count in found.items()]


def softly_section(study: Study) -> list[dict[str, str]]:
    """Returns the networks that have no tree to draw, each with a line of what it is."""
    return [{"name": run.name, "about": run.sharing} for run in study.runs if run.sharing]


def affinity_section(study: Study) -> list[dict]:
    """Returns the figures of each affinity."""
    return [
        {
            "name": name,
            "depth": bare_drawing(figures.affinity_by_depth(result)),
            "images": len(result.images),
            "maps": bare_drawing(figures.affinity_maps(result)),
            "replicates": len(result.replicates),
        }
        for name, result in study.affinities.items()
    ]


def front_section(study: Study) -> list[dict]:
    """Returns each front's figure, with the tree of the search it was made from."""
    return [_front(front, study.searches) for front in study.fronts if front.points]


def _front(front: Front, searches: Sequence[Search]) -> dict:
    search = search_of_front(front.search, front.unit, searches)
    argmax = (search.cost, search.surprise) if search else None
    return {
        "front": front,
        "method": method_of(front.chosen),
        "picture": bare_drawing(figures.front_picture(front, argmax)),
        "choice": choice(front),
        "certainty": certainty_lines(front.certainty) if front.certainty else (),
        "sure": bare_drawing(figures.certainty_picture(front.certainty)) if front.certainty else "",
        "undecided_means": UNDECIDED_MEANS,
        "search": search.name if search else "",
    }


def search_section(study: Study) -> list[dict]:
    """Returns the figures of each search."""
    return [_search(search) for search in study.searches]


def _search(search: Search) -> dict:
    facts = [f"trade-off {search.trade_off:.4g}"] if math.isfinite(search.trade_off) else []
    facts += [f"cost {cost_text(search.cost, search.unit)}"] if math.isfinite(search.cost) else []
    return {
        "name": search.name,
        "facts": ", ".join(facts),
        "updates": f"{int(search.history.steps[-1]):,}",
        "weights": _weights(search),
        "time": bare_drawing(figures.routing_over_time(search)),
        "map": bare_drawing(figures.routing_map(search)),
    }


def _weights(search: Search) -> str:
    """Returns by which weights a search has weighed its losses, in words; empty if that is not stored."""
    values = {task: f"{weight:.3g}" for task, weight in search.weights.items()}
    if len(values) > MANY_TASKS:
        ordered = sorted(search.weights, key=search.weights.get)
        values = {task: values[task] for task in (ordered[0], ordered[-1])}
        return f"{search.weighting}, from {setting_text('weights', values).replace(', ', ' to ')}"
    return ", ".join(filter(None, [search.weighting, setting_text("weights", values)]))


def versus_section(study: Study) -> list[dict]:
    """Returns, per affinity, the trees that both methods found, with the affinity of the tasks they join."""
    pairs = ((name, result, _compared_trees(study, result)) for name, result in study.affinities.items())
    return [
        _versus(name, result, trees)
        for name, result, trees in pairs
        if {method_of(tree) for tree in trees.values()} == COMPARED_METHODS
    ]


def _compared_trees(study: Study, result: AffinityResult) -> dict[str, Grouping]:
    """Returns the trees of an affinity's blocks and tasks, each once, by the name of the first that has it."""
    found: dict[Grouping, str] = {}
    for name, tree in study.trees:
        fits = tree.blocks == result.blocks and set(tree.tasks) <= set(result.tasks)
        if fits and method_of(tree) in COMPARED_METHODS:
            found.setdefault(tree, name)
    return {name: tree for tree, name in found.items()}


def _versus(name: str, result: AffinityResult, trees: Mapping[str, Grouping]) -> dict:
    return {
        "affinity": name,
        "picture": bare_drawing(figures.affinity_of_trees(result, trees)),
        "trees": [{"name": f"{key} ({method_of(tree)})", **_drawing(tree)} for key, tree in trees.items()],
    }


def _drawing(tree: Grouping) -> dict[str, str]:
    return {"picture": bare_drawing(tree.to_svg()), "text": tree.to_text()}


def pictured_runs(study: Study, tables: Sequence[Table]) -> list[ReportedRun]:
    """Returns the runs whose predictions are worth a picture: of several that differ by chance alone the first.

    Args:
        study: The runs of a folder.
        tables: Their tables, as from `comparison_tables`.
    """
    others = {table.entries[number].name for table in tables for line in lines_of(table) for number in line.numbers[1:]}
    return [run for run in study.runs if run.name not in others]


def panel_section(study: Study, tables: Sequence[Table]) -> list[dict]:
    """Returns the first pictures of predictions of each run that has any; of several seeds those of the first."""
    return [
        {"name": run.name, "method": run.method, "pictures": [_panel(path) for path in run.panels[:MOST_PANELS]]}
        for run in pictured_runs(study, tables)
        if run.panels
    ]


def _panel(path: str) -> dict[str, str]:
    name = os.path.splitext(os.path.basename(path))[0]
    return {"name": name, "picture": png_uri(files.read_bytes(path))}


def detail_section(study: Study) -> list[dict]:
    """Returns how each run and each search was made; of many single-task networks in a folder, the first."""
    folders: dict[str, list[ReportedRun]] = {}
    for run in study.runs:
        folders.setdefault(os.path.dirname(run.name) if run.single else f"{run.name}/", []).append(run)
    found = []
    for folder, runs in folders.items():
        many = len(runs) > MANY_TASKS
        found += [_details(run, run.step) for run in (runs[:1] if many else runs)]
        if many:
            found[-1]["name"] = f"{len(runs)} networks in {folder or 'the study'}, such as {runs[0].name}"
    return found + [_details(search, 0) for search in study.searches]


def common_flags(details: Sequence[dict]) -> dict[str, str]:
    """Takes out of details the data, versions and flags that are equal in all of several networks, and returns them."""
    details = [one for one in details if not one["searched"]]  # a search has flags of its own
    flags = [one["flags"] for one in details if one["flags"]]
    common = set.intersection(*(set(one.items()) for one in flags)) if len(flags) > 1 else set()
    shown = {name: value for name, value in flags[0].items() if (name, value) in common} if common else {}
    for one in details:
        one["flags"] = {name: value for name, value in one["flags"].items() if name not in shown}
    return shown


def _details(made: ReportedRun | Search, step: int) -> dict:
    record = made.run.record if made.run else {}
    data = record.get("data", {})
    facts = {
        "data as read": " ".join(str(data[key]) for key in ("name", "fingerprint") if data.get(key)) or DASH,
        "versions": ", ".join(f"{name} {version}" for name, version in record.get("versions", {}).items()) or DASH,
    }
    return {
        "name": made.name,
        "method": made.method,
        "searched": isinstance(made, Search),
        "flags": (facts if record else {})
        | {name: json.dumps(value) for name, value in record.get("config", {}).items()},
        "command": _command(record.get("command")),
        "seed": record.get("seed"),
        "step": f"{step:,}" if step else DASH,
    }


def _command(words: Sequence[str] | str | None) -> str:
    if not words:
        return ""
    return words if isinstance(words, str) else shlex.join(["python", *map(str, words)])
