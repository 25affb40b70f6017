"""Runs one job of a study: the call of a script, with a log, in a folder that holds no run of other settings.

    python studies/job.py RULE NAME --folder=runs/demo --threads=1 --gpus=0

studies/Snakefile calls it; what a job is stands in the study's folder, in .study/jobs.json.
"""

import argparse
import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from studies.children import exit_status
from studies.places import ROOT, StudyPlaces

TAIL = 15  # lines of the log of a job that has failed
STOPPED = {128 + number for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}  # exit statuses


@dataclasses.dataclass
class Spent:
    """What a job has taken, in all its starts since it was last finished."""

    seconds: float = 0.0
    processor_seconds: float = 0.0
    finished: bool = False


def main(arguments: Sequence[str]) -> int:
    """Runs the job that the arguments name, and returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rule", help="What kind of job it is.")
    parser.add_argument("name", help="Which of its kind.")
    parser.add_argument("--folder", required=True, help="The folder of the study.")
    parser.add_argument("--threads", type=int, default=1, help="How many threads it may take of the processor.")
    parser.add_argument(
        "--gpus", type=int, default=0, help="How many GPUs jobs share; 0 if none, or if others see to it."
    )
    parser.add_argument("--output", default="", help="A file for what the script prints; the log where none is given.")
    asked = parser.parse_args(arguments)
    places = StudyPlaces(asked.folder)
    job = places.jobs()[asked.rule, asked.name]
    title = f"{job['rule']} {job['name']}" if job["name"] != job["rule"] else job["rule"]
    log = pathlib.Path(places.log(job["rule"], job["name"]))
    log.parent.mkdir(parents=True, exist_ok=True)
    made = pathlib.Path(places.folder) / job["makes"]
    contents = _contents(job, places) if job["marked"] else ""
    if job["folder"]:
        set_aside_others(job, contents, places)
    print(f"{_clock()}  {title}", flush=True)
    begun = time.monotonic()
    with a_gpu(pathlib.Path(places.gpus), asked.gpus) as environment, log.open("w") as lines:
        lines.write(f"$ python {' '.join(job['command'])}\n")
        lines.flush()
        limits = {"TF_NUM_INTRAOP_THREADS": str(asked.threads), "TF_NUM_INTEROP_THREADS": str(asked.threads)}
        output = open(asked.output, "w") if asked.output else contextlib.nullcontext(lines)
        with output as shown:
            status = _call([sys.executable, *job["command"]], limits | environment, shown, lines)
    seconds = time.monotonic() - begun
    _note(pathlib.Path(places.time(job["rule"], job["name"])), seconds, finished=status == 0)
    if status in STOPPED:
        print(f"{_clock()}  {title} was stopped", file=sys.stderr, flush=True)
        return status
    if status:
        last = log.read_text(errors="replace").replace("\r", "\n").splitlines()[-TAIL:]
        print(f"{_clock()}  {title} has failed; the end of {log}:", *last, sep="\n    ", file=sys.stderr, flush=True)
        return status
    if not (job["marked"] or made.exists()):
        print(f"{_clock()}  {title} has ended without {made}; its log is {log}.", file=sys.stderr, flush=True)
        return 1
    if job["marked"]:
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(contents)
    print(f"{_clock()}  {title}: done in {seconds:,.0f} s", flush=True)
    return 0


def set_aside_others(job: Mapping[str, Any], contents: str, places: StudyPlaces) -> None:
    """Moves a job's folder away that was begun with other settings or files, and notes those of today.

    Args:
        job: The job.
        contents: What its settings and the files that it needs come to.
        places: Where the study has what.
    """
    note, folder = pathlib.Path(places.begun(job["rule"], job["name"])), pathlib.Path(places.folder) / job["folder"]
    if note.is_file() and note.read_text() != contents and folder.exists():
        from bmt_tf.runs.holding import held

        with held(str(folder)):  # nobody works there
            pass
        away = pathlib.Path(places.replaced) / job["folder"]
        shutil.rmtree(away, ignore_errors=True)
        away.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(away)
        print(f"{_clock()}  {folder} was begun with other settings: it is {away} now, and begun anew.", flush=True)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(contents)


@contextlib.contextmanager
def a_gpu(locks: pathlib.Path, count: int) -> Iterator[dict[str, str]]:
    """Takes one of the GPUs that no other job has, and yields the environment in which a program sees that one.

    Args:
        locks: Folder of the files that are locked.
        count: Number of GPUs; with 0 the environment is as it is.
    """
    if not count:
        yield {}
        return
    locks.mkdir(parents=True, exist_ok=True)
    shown = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    devices = shown.split(",") if shown else [str(number) for number in range(count)]
    while True:
        for device in devices[:count]:
            with (locks / device).open("w") as lock:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    yield {"CUDA_VISIBLE_DEVICES": device}
                    return
        time.sleep(1)


def _contents(job: dict, places: StudyPlaces) -> str:
    """Returns what a job's settings and the files that it needs come to, as one word."""
    parts = [pathlib.Path(places.settings(job["rule"], job["name"])).read_bytes()]
    parts += [(pathlib.Path(places.folder) / need).read_bytes() for need in job["needs"]]
    return hashlib.sha256(b"\0".join(parts)).hexdigest() + "\n"


def _call(words: list[str], environment: dict[str, str], output, errors) -> int:
    """Returns the exit status of a script."""
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": paths, **environment}
    return exit_status(words, cwd=ROOT, env=environment, stdout=output, stderr=errors, stdin=subprocess.DEVNULL)


def _note(path: pathlib.Path, seconds: float, finished: bool) -> None:
    """Adds to the file of times what a start has taken; after a finished one it begins again at nothing."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    before = Spent(**json.loads(path.read_text())) if path.is_file() else Spent()
    if before.finished:
        before = Spent()
    processor = before.processor_seconds + used.ru_utime + used.ru_stime
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(vars(Spent(before.seconds + seconds, processor, finished))))


def _clock() -> str:
    return time.strftime("%H:%M:%S")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
