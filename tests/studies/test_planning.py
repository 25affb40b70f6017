"""A plan names what is to be done, and how long it took or what of its kind took."""

import json
import pathlib

from studies.places import StudyPlaces
from studies.planning import pending, plan_text, seconds_of, times_text

JOBS = [
    {"rule": "train", "name": name, "makes": f"{name}/.finished", "command": ["scripts/train.py", f"--run_dir={name}"]}
    for name in ("a", "b", "c")
]
SUMMARY = (
    "output_file\tdate\trule\tlog-file(s)\tstatus\tplan\n"
    "a/.finished\t-\ttrain\t\tmissing\tupdate pending\n"
    "b/.finished\tThu\ttrain\t\tok\tno update\n"
)


def note(places, name, **spent):
    path = pathlib.Path(places.time("train", name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(spent))


def test_pending_jobs_are_those_whose_file_is_to_be_made():
    assert [job["name"] for job in pending(SUMMARY, JOBS)] == ["a"]


def test_times_are_of_the_last_finished_run_or_of_others_of_its_kind(tmp_path):
    places = StudyPlaces(str(tmp_path))
    note(places, "b", seconds=100.0, processor_seconds=150.0, finished=True)
    note(places, "c", seconds=7.0, processor_seconds=9.0, finished=False)
    known = seconds_of(JOBS, places)
    assert known == {("train", "a"): None, ("train", "b"): 100.0, ("train", "c"): None}
    text = plan_text(JOBS[:2], known, cores=2)
    assert "~1:40  train a\n           python scripts/train.py --run_dir=a\n" in text
    assert " 1:40  train b\n" in text
    assert text.endswith("2 of 3 jobs to be done, about 1:40 at 2 at a time, by what such jobs took.")
    assert "1:47      2:39  train (2)" in times_text(JOBS, places)


def test_what_was_never_done_has_no_time():
    known = {("train", job["name"]): None for job in JOBS}
    text = plan_text(JOBS[:1], known, cores=1)
    assert "?  train a" in text and text.endswith("1 of 3 jobs to be done, 1 of which none like it has been done.")
    assert plan_text([], known, cores=1) == "0 of 3 jobs to be done."
