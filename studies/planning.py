"""What a study still has to do, and how long that took before."""

import json
import pathlib
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from studies.places import StudyPlaces

PENDING = "update pending"  # how Snakemake says in its summary that a file is to be made


def pending(summary: str, jobs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Returns the jobs that are still to be done.

    Args:
        summary: What `snakemake --summary` prints.
        jobs: The jobs of the study.
    """
    rows = [line.split("\t") for line in summary.splitlines() if "\t" in line]
    waiting = {row[0] for row in rows if row[-1].strip() == PENDING}
    return [job for job in jobs if job["makes"] in waiting]


def seconds_of(jobs: Sequence[Mapping[str, Any]], places: StudyPlaces) -> dict[tuple[str, str], float | None]:
    """Returns how long each job took when it was last finished; None for those that were not yet.

    Args:
        jobs: Jobs of the study.
        places: Where the study has what.
    """
    found = {}
    for job in jobs:
        path = pathlib.Path(places.time(job["rule"], job["name"]))
        spent = json.loads(path.read_text()) if path.is_file() else {}
        found[job["rule"], job["name"]] = spent["seconds"] if spent.get("finished") else None
    return found


def plan_text(waiting: Sequence[Mapping[str, Any]], known: Mapping[tuple[str, str], float | None], cores: int) -> str:
    """Returns what is to be done, one call a line, each with its time of last time, and what they come to.

    Args:
        waiting: The jobs to be done, the first to be done first.
        known: Seconds by rule and name of all jobs of the study, as from `seconds_of`.
        cores: Number of jobs at a time.
    """
    usual = {
        rule: statistics.median(times)
        for rule in dict.fromkeys(rule for rule, _ in known)
        if (times := [value for (kind, _), value in known.items() if kind == rule and value is not None])
    }
    lines, total, unknown = [], 0.0, 0
    for job in waiting:
        last = known[job["rule"], job["name"]]
        guess = last if last is not None else usual.get(job["rule"])
        mark = f"{_clock(last)}" if last is not None else f"~{_clock(guess)}" if guess is not None else "?"
        lines.append(f"{mark:>9}  {job['rule']} {job['name']}\n{'':11}python {' '.join(job['command'])}")
        total, unknown = total + (guess or 0), unknown + (guess is None)
    counts = f"{len(waiting)} of {len(known)} jobs to be done"
    if not waiting:
        return f"{counts}."
    about = f"about {_clock(total / cores)} at {cores} at a time, by what such jobs took" if total else ""
    left = f"{unknown} of which none like it has been done" if unknown else ""
    return "\n".join([*lines, "", ", ".join(filter(None, [counts, about, left])) + "."])


def times_text(jobs: Sequence[Mapping[str, Any]], places: StudyPlaces) -> str:
    """Returns how long the jobs took, by rule.

    Args:
        jobs: The jobs of the study.
        places: Where the study has what.
    """
    lines = []
    for rule in dict.fromkeys(job["rule"] for job in jobs):
        spent = [places.time(rule, job["name"]) for job in jobs if job["rule"] == rule]
        read = [json.loads(pathlib.Path(path).read_text()) for path in spent if pathlib.Path(path).is_file()]
        if read:
            seconds, processor = (sum(one[name] for one in read) for name in ("seconds", "processor_seconds"))
            lines.append(f"{_clock(seconds):>9} {_clock(processor):>9}  {rule} ({len(read)})")
    return "\n".join([f"{'time':>9} {'processor':>9}", *lines])


def summary_of(command: Sequence[str], root: str) -> str:
    """Returns what Snakemake says of every file of a study.

    Args:
        command: The call of Snakemake.
        root: The folder that it is called in.

    Raises:
        ValueError: Snakemake does not understand the study.
    """
    done = subprocess.run([*command, "--summary"], cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"Snakemake must understand the study. Received:\n{done.stdout}{done.stderr}")
    return done.stdout


def _clock(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
