"""Runs a study: what is missing of it only, several jobs at a time.

    python -m studies demo
    python -m studies nyud_small --data=photographs --weights=imagenet --plan
    python -m studies nyud_small --data=photographs --weights=imagenet --output=runs/photographs --cores=8
    python -m studies demo -- --executor slurm --jobs 20

`bash scripts/study.sh` does the same in an environment of its own. What follows `--` is handed to Snakemake.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import pathlib
import sys
from collections.abc import Iterator, Sequence

from absl import app, flags

from scripts.running import run_main
from studies.children import exit_status
from studies.description import Study, read_description, study_names
from studies.graph import study_svg
from studies.jobs import study_jobs
from studies.places import ROOT, StudyPlaces
from studies.planning import pending, plan_text, seconds_of, summary_of, times_text

FLAGS = flags.FLAGS
flags.DEFINE_string("output", "", "Folder of the study; runs/NAME by default.")
flags.DEFINE_string("data", "", "The data, where the study leaves it open or other data is wanted.")
flags.DEFINE_string("weights", "", "Where encoders start, where the study leaves it open.")
flags.DEFINE_list("seeds", [], "Seeds of the networks, where others than the study's are wanted.")
flags.DEFINE_integer(
    "cores",
    None,
    "Threads of the processor that all jobs together may take; by default those of one job more than "
    "there are, as each waits at times.",
    1,
)
flags.DEFINE_integer("threads", None, "Threads that one job takes, where others than the study's are wanted.", 1)
flags.DEFINE_integer("gpus", 0, "GPUs of this machine; each is given to one job at a time.", 0)
flags.DEFINE_bool("plan", False, "Print what would be done, and how long it took last time, and do nothing.")
flags.DEFINE_bool("miniature", False, "Run the miniature of the study, which shows that every job of it runs.")


def main(argv: list[str]) -> None:
    """Runs the study named on the command line, or prints its plan."""
    if len(argv) < 2:
        raise app.UsageError(f"Name a study, {', '.join(study_names())}, or the file of one.")
    if importlib.util.find_spec("snakemake") is None:
        raise app.UsageError(f"`bash scripts/study.sh {argv[1]}` installs what a study needs, which is not there.")
    given = {"data": _place(FLAGS.data), "weights": _place(FLAGS.weights), "threads": FLAGS.threads}
    study = read_description(argv[1], FLAGS.miniature, **given, seeds=tuple(map(int, FLAGS.seeds)))
    folder = FLAGS.output or os.path.join("runs", study.name + ("_miniature" if FLAGS.miniature else ""))
    places = StudyPlaces(_place(folder, there=True))
    os.makedirs(places.own, exist_ok=True)
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()  # not on every system
    cores = FLAGS.cores or own + study.threads
    with held(places) as lock:
        jobs = write_jobs(study, places)
        command = snakemake_call(study, places, cores, FLAGS.gpus, argv[2:])
        if FLAGS.plan:
            print(study.about.strip(), end="\n\n")
            waiting = pending(summary_of(command, str(ROOT)), jobs)
            print(plan_text(waiting, seconds_of(jobs, places), max(1, FLAGS.gpus or cores // study.threads)))
            return
        # Snakemake has the lock too: it would work on if this process were killed without a word.
        status = exit_status(command, with_its_own=True, cwd=ROOT, pass_fds=(lock,))
    if status:
        logs = f"{places.own}/logs, those of Snakemake {places.folder}/.snakemake/log"
        print(f"The study is not finished; the same command goes on with it. Logs: {logs}.", file=sys.stderr)
        sys.exit(status)
    print(times_text(jobs, places))
    single = [("call", name) for name, call in study.calls.items() if not call.each]
    for rule, name in [("report", "report"), *single]:
        log = pathlib.Path(places.log(rule, name))
        if log.is_file():  # not where only some files were asked for
            print(log.read_text().partition("\n")[2])
    report = pathlib.Path(places.folder) / "report.html"
    if report.is_file():
        print(f"Look at {report}")


def write_jobs(study: Study, places: StudyPlaces) -> list[dict]:
    """Writes the jobs of a study for Snakemake, what the result of each depends on, and their picture; returns them.

    Args:
        study: The study.
        places: Where it has what.
    """
    jobs = study_jobs(study)
    here = {"out": os.path.relpath(places.folder, ROOT), "data": study.data, "weights": study.weights}
    if here["out"].startswith(".."):
        here["out"] = places.folder
    orders = sorted({job.order for job in jobs}, reverse=True)
    written = []
    for job in sorted(jobs, key=lambda job: job.order):
        fields = {name: getattr(job, name) for name in ("rule", "name", "needs", "makes", "folder", "marked")}
        written.append(fields | {"command": job.command(here), "priority": orders.index(job.order)})
        _write(places.settings(job.rule, job.name), job.settings())
    _write(places.job_file, json.dumps({"study": study.name, "jobs": written}, indent=1))
    written = list(places.jobs().values())
    _write(os.path.join(places.folder, "graph.svg"), study_svg(written))
    return written


def snakemake_call(study: Study, places: StudyPlaces, cores: int, gpus: int, further: Sequence[str]) -> list[str]:
    """Returns the call of Snakemake that runs a study.

    Args:
        study: The study.
        places: Where it has what.
        cores: Threads of the processor for all jobs.
        gpus: GPUs of this machine; 0 if there are none, or an executor sees to them.
        further: What the user hands on.
    """
    elsewhere = any(word.startswith("--executor") or word in ("-e", "--profile") for word in further)
    settings = {
        "root": str(ROOT),
        "folder": places.folder,
        "threads": study.threads,
        "elsewhere": elsewhere,
        "gpus": 0 if elsewhere else gpus,
        "gpu_per_job": 1 if gpus else 0,
        "resources": dict(study.resources),
    }
    return [
        *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "studies" / "Snakefile")),
        *("--directory", places.folder, "--cores", str(cores), "--resources", f"gpu={gpus}"),
        # A study is held by its own lock, which is gone when its process is. What was stopped is done again; what has
        # been done is not for a new version of the rules, but for other settings (an input of every job).
        *("--nolock", "--rerun-incomplete", "--rerun-triggers", "mtime", "input", "--keep-going"),
        *("--config", *(f"{name}={json.dumps(value)}" for name, value in settings.items()), "--scheduler", "greedy"),
        *(further or ("--quiet", "all")),  # jobs tell of themselves
    ]


@contextlib.contextmanager
def held(places: StudyPlaces) -> Iterator[int]:
    """Holds a study's folder while the block runs; one that another process holds is refused.

    What is yielded is the number of the open file that holds it: so does every process that has it.

    Args:
        places: Where the study has what.
    """
    with open(places.lock, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(
                f"`output` must be the folder of a study that no other process runs. Received: {places.folder!r}, "
                f"in which one works; its logs are in {places.own}/logs."
            ) from None
        yield lock.fileno()


def _place(name: str, there: bool = False) -> str:
    """Returns the whole path of what lies at a path; a name of something else as it is."""
    return os.path.abspath(os.path.expanduser(name)) if name and (there or os.path.exists(name)) else name


def _write(path: str, text: str) -> None:
    """Writes a file, unless it says the same already: what depends on it is done again when it changes."""
    file = pathlib.Path(path)
    if not (file.is_file() and file.read_text() == text):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


if __name__ == "__main__":
    run_main(main)
