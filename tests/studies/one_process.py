"""Runs every job of a study in this one process, step by step: TensorFlow is started once, and nothing is traced.

    python one_process.py STUDY FOLDER

The jobs are those that `python -m studies STUDY --miniature` would hand to Snakemake, each by studies/job.py, but for
the script's own process.
"""

import contextlib
import os
import pathlib
import runpy
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts"), str(ROOT / "tests")]

import tensorflow as tf  # noqa: E402
from absl import app, flags, logging  # noqa: E402, F401

OWN = frozenset(flags.FLAGS)  # absl's own, which it defines once

from studies import job  # noqa: E402
from studies.__main__ import write_jobs  # noqa: E402
from studies.description import read_description  # noqa: E402
from studies.places import StudyPlaces  # noqa: E402


def call(words, environment, output, errors):
    """Runs a script as `studies.job` has it run, here; returns its exit status."""
    run = runpy.run_path
    _, script, *rest = words
    if script == "-m":
        run, script, *rest = runpy.run_module, *rest
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        for name in [name for name in flags.FLAGS if name not in OWN]:  # of the script before
            delattr(flags.FLAGS, name)
        sys.argv = [script, *rest]
        try:
            run(script, run_name="__main__")
        except SystemExit as end:
            return end.code or 0
        finally:
            flags.FLAGS.unparse_flags()
    return 0


def ordered(jobs):
    """Yields jobs so that each follows those whose files it needs."""
    waiting, made = list(jobs), set()
    while waiting:
        ready = [one for one in waiting if set(one["needs"]) <= made]
        yield from ready
        made |= {one["makes"] for one in ready}
        waiting = [one for one in waiting if one not in ready]


def main(name, folder):
    """Runs the miniature of a study, and returns the exit status of the first job that fails, or 0."""
    os.chdir(ROOT)
    places = StudyPlaces(folder)
    os.makedirs(places.own, exist_ok=True)
    study = read_description(name, miniature=True)
    jobs = write_jobs(study, places)
    job._call = call
    tf.config.run_functions_eagerly(True)  # the few steps are sooner done than traced
    for one in ordered(jobs):
        begun = time.process_time()
        words = [one["rule"], one["name"], f"--folder={folder}"]
        if one["rule"] == "tables":  # what it prints is what it makes, as studies/Snakefile has it
            words.append(f"--output={folder}/{one['makes']}")
        status = job.main(words)
        print(f"{time.process_time() - begun:.1f} s of the processor", flush=True)
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
