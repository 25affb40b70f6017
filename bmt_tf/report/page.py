"""The page of a study: `report.html`, with every figure inside, readable without a network."""

import base64
import datetime
import json
import math
import os
import pathlib
import shlex
from collections.abc import Sequence

import jinja2

from bmt_tf import __version__
from bmt_tf.report import figures, search_figures
from bmt_tf.report.comparison import DASH, UNITS, Table, branch_text, comparison_tables, method_of
from bmt_tf.report.repetition import repeats
from bmt_tf.report.searches import Search, search_of_front
from bmt_tf.report.study import Front, Run, Study, read_study

COMPARED_METHODS = ("bmn", "bmtas")
MOST_PANELS = 4  # pictures of predictions shown per run


def write_report(study_dir: str | pathlib.Path, output: str | pathlib.Path = "") -> pathlib.Path:
    """Writes the page of a study, whole or not at all.

    Args:
        study_dir: Folder with run directories at any depth.
        output: The file to write; empty for `report.html` in the study's folder.

    Returns:
        Path of the page.
    """
    study = read_study(study_dir)
    path = pathlib.Path(output) if output else pathlib.Path(study_dir) / "report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(render(study), encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def render(study: Study) -> str:
    """Returns the page of a study.

    Args:
        study: What was read from its folder.

    Returns:
        A whole HTML document.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("bmt_tf.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["repeats"] = repeats
    tables = comparison_tables(study.runs)
    return environment.get_template("report.html.j2").render(
        study=study,
        tables=tables,
        findings=[sentence for table in tables for sentence in findings(table)],
        gains=[picture for picture in map(_gain_picture, tables) if picture],
        trees=_trees(study),
        affinities=[
            {
                "name": name,
                "depth": picture_uri(figures.affinity_by_depth(result)),
                "images": len(result.images),
                "maps": picture_uri(figures.affinity_maps(result)),
                "replicates": len(result.replicates),
            }
            for name, result in study.affinities.items()
        ],
        fronts=[_front(front, study) for front in study.fronts if front.points],
        searches=[_search(search) for search in study.searches],
        versus=_versus(study),
        panels=[
            {"name": run.name, "pictures": [_panel(path) for path in run.panels[:MOST_PANELS]]}
            for run in study.runs
            if run.panels
        ],
        details=[_details(one, one.step if isinstance(one, Run) else 0) for one in (*study.runs, *study.searches)],
        version=__version__,
        date=datetime.date.today().isoformat(),
    )


def findings(table: Table) -> list[str]:
    """Returns what a table says in sentences, without judging it.

    Args:
        table: A comparison table.

    Returns:
        One sentence for each network whose delta_m is known.
    """
    single = next((entry for entry in table.entries if entry.method == "single"), None)
    sentences = []
    for entry in table.entries:
        gain = entry.values.get("delta_m", math.nan)
        if entry.method == "single" or not math.isfinite(gain):
            continue
        shares = [
            f"{entry.values[heading] / single.values[heading]:.0%} of the {heading}"
            for heading in ("parameters", "multiply-adds", "latency")
            if single and single.values.get(heading) and heading in entry.values
        ]
        costs = f", with {', '.join(shares)}" if shares else ""
        better = "better" if gain >= 0 else "worse"
        sentences.append(f"{entry.name}: {abs(gain):.2f} % {better} than the single-task networks{costs}.")
    return sentences


def picture_uri(content: str | bytes) -> str:
    """Returns a picture as an address that holds it.

    Args:
        content: Text of an SVG picture, or bytes of a PNG.

    Returns:
        A `data:` address.
    """
    kind, data = ("svg+xml", content.encode()) if isinstance(content, str) else ("png", content)
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _gain_picture(table: Table) -> str:
    headings = [column.heading for column in table.columns if column.heading in ("multiply-adds", "latency")]
    picture = figures.gain_against_cost(table, headings)
    return picture_uri(picture) if picture else ""


def _trees(study: Study) -> list[dict]:
    """Returns every tree once, with the names of the runs and fronts that have it."""
    found: dict = {}
    named = [(run.name, run.grouping) for run in study.runs if not run.single]
    named += [(search.name, search.tree) for search in study.searches]
    named += [(front.name, front.chosen) for front in study.fronts]
    for name, grouping in named:
        if grouping is not None:
            found.setdefault(grouping, []).append(name)
    return [
        {
            "names": names,
            "picture": picture_uri(tree.to_svg()),
            "method": method_of(tree),
            "text": tree.to_text(),
            "branches": branch_text(tree.branches),
            "made_by": _made_by(tree.made_by),
        }
        for tree, names in found.items()
    ]


def _made_by(made_by: dict | None) -> str:
    """Returns how a tree was found, in words; settings that are off or empty are left out."""
    return ", ".join(
        f"{key.replace('_', ' ')} {_in_words(value)}"
        for key, value in (made_by or {}).items()
        if isinstance(value, str | int | float) and value is not False and value != ""
    )


def _in_words(value: str | int | float) -> str:
    if isinstance(value, str | bool):
        return str(value).replace("_", " ")
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"


def _front(front: Front, study: Study) -> dict:
    """Returns a front's picture, with the tree of the search it was made from."""
    search = search_of_front(front.search, front.unit, study.searches)
    argmax = (search.cost, search.surprise) if search else None
    return {
        "front": front,
        "picture": picture_uri(figures.front_picture(front, argmax)),
        "choice": _choice(front),
        "search": search.name if search else "",
    }


def _search(search: Search) -> dict:
    _, shown, divisor = UNITS.get(search.unit, ("", "", 1.0))
    lines = [f"trade-off {search.trade_off:.4g}"] if math.isfinite(search.trade_off) else []
    lines += [f"cost {search.cost / divisor:.4g} {shown}".strip()] if math.isfinite(search.cost) else []
    return {
        "name": search.name,
        "facts": ", ".join(lines),
        "updates": f"{int(search.history.steps[-1]):,}",
        "time": picture_uri(search_figures.routing_over_time(search)),
        "map": picture_uri(search_figures.routing_map(search)),
    }


def _versus(study: Study) -> list[dict]:
    """Returns, per affinity, the trees that BMN and BMTAS found, with the affinity of the tasks they join."""
    named = [(run.name, run.grouping) for run in study.runs if run.grouping and not run.single]
    named += [(search.name, search.tree) for search in study.searches]
    named += [(front.name, front.chosen) for front in study.fronts if front.chosen]
    found = []
    for name, result in study.affinities.items():
        trees: dict = {}
        for tree_name, tree in named:
            fits = tree.blocks == result.blocks and set(tree.tasks) <= set(result.tasks)
            if fits and method_of(tree) in COMPARED_METHODS:
                trees.setdefault(tree, tree_name)
        if {method_of(tree) for tree in trees} == set(COMPARED_METHODS):
            picture = search_figures.affinity_of_trees(result, {name: tree for tree, name in trees.items()})
            pictures = [
                {
                    "name": f"{tree_name} ({method_of(tree)})",
                    "picture": picture_uri(tree.to_svg()),
                    "text": tree.to_text(),
                }
                for tree, tree_name in trees.items()
            ]
            found.append({"affinity": name, "picture": picture_uri(picture), "trees": pictures})
    return found


def _choice(front: Front) -> str:
    chosen = [point for point in front.points if point.chosen]
    if not chosen:
        return "No tree is marked as chosen."
    _, shown, divisor = UNITS.get(front.unit, ("", "", 1.0))
    return f"Chosen: cost {chosen[0].cost / divisor:.4g} {shown}, score {chosen[0].score:.4g}."


def _panel(path: pathlib.Path) -> dict[str, str]:
    return {"name": path.stem, "picture": picture_uri(path.read_bytes())}


def _details(run: Run | Search, step: int) -> dict:
    flags = {name: json.dumps(value) for name, value in run.config.get("config", {}).items()}
    data = run.config.get("data", {})
    return {
        "name": run.name,
        "flags": flags,
        "command": _command(run.config.get("command")),
        "seed": run.config.get("seed"),
        "versions": ", ".join(f"{name} {version}" for name, version in run.config.get("versions", {}).items()) or DASH,
        "data": " ".join(str(data[key]) for key in ("name", "fingerprint") if data.get(key)) or DASH,
        "step": f"{step:,}" if step else DASH,
    }


def _command(words: Sequence[str] | str | None) -> str:
    if not words:
        return ""
    return words if isinstance(words, str) else shlex.join(["python", *map(str, words)])
