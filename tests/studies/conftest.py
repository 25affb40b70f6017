"""A project of its own whose scripts compute nothing: studies can be run in it, stopped, and run again."""

import contextlib
import os
import shutil
import subprocess
import sys

import pytest

# Stands for every script: notes its call, and leaves what the script would. A training keeps a checkpoint, and with the
# name of its run in the file `stall` it stops there and does not go on until the file is gone.
SCRIPT = """
import hashlib, os, pathlib, sys, time
words, here = sys.argv[1:], pathlib.Path(__file__).parents[1]
flags = dict(word.removeprefix("--").split("=", 1) for word in words if word.startswith("--") and "=" in word)
with (here / "calls").open("a") as calls:
    calls.write(" ".join([pathlib.Path(__file__).stem, *words]) + "\\n")
settings = pathlib.Path(flags.get("flagfile", "/dev/null")).read_text()
for name, value in flags.items():
    if name in ("affinity", "search", "like"):  # what a tree is made of
        made = pathlib.Path(value)
        settings += (made / "result" if made.is_dir() else made).read_text()
named = flags.get("run_dir") or flags.get("output")
runs = [pathlib.Path(name) for name in ([named] if named else [word for word in words if word[0] != "-"])]
if "figure" in flags:
    (figure,) = runs
    figure.parent.mkdir(exist_ok=True)
    figure.write_text("<svg/>")
    sys.exit()
for run in runs:
    run.mkdir(parents=True, exist_ok=True)
if "run_dir" in flags:
    with (run / "checkpoint").open("a") as checkpoint:
        checkpoint.write("step\\n")
    stall = here / "stall"
    (here / "stalled").write_text(str(os.getpid()))
    while stall.exists() and stall.read_text() in str(run):
        time.sleep(0.05)
made = {"affinity": "affinity.npz", "evaluate": "metrics.json", "report": "report.html"}
made |= dict.fromkeys(["group", "search"], "grouping.json")
for run in runs:
    for name in {"result", made.get(pathlib.Path(__file__).stem, "result")}:
        (run / name).write_text(hashlib.sha256(settings.encode()).hexdigest())
if "shared" in flags:  # measured once, and kept there
    (pathlib.Path(flags["shared"]) / "difficulty.npz").open("a")
print("| a table |")
"""
SCRIPTS = ("write_data", "train", "affinity", "group", "search", "evaluate", "export", "predict", "report", "tables")
STUDY = """
about: A study of two tasks that has every kind of job.
data: scenes
write: {tasks: [semseg, depth]}
tasks: [semseg, depth]
train: {flagfile: flags/train.flags}
search: {flagfile: flags/search.flags}
few_starts: true
searches: {search: {}}
budgets: [85%]
networks: {shared: {grouping: shared}}
trees:
  bmn: {method: bmn}
  bmtas: {method: bmtas, search: search}
  fafs: {method: fafs, shared: shared, train: false}
export: [bmn]
photographs: 3
tables: [bmn.1]
figures: [bmn.2b]
calls:
  drawn: {words: [scripts/predict.py, "--seed={seed}", "--output={out}/drawn"], each: {seed: []}}
"""


class Project:
    """A folder with the engine, scripts that compute nothing, and one study, `two`."""

    def __init__(self, folder, root):
        self.folder, self._root = folder, root
        (folder / "scripts").mkdir(parents=True)
        (folder / "flags").mkdir()
        shutil.copytree(root / "studies", folder / "studies", ignore=shutil.ignore_patterns("*.yaml", "__pycache__"))
        for name in ("__init__", "running"):
            shutil.copy(root / "scripts" / f"{name}.py", folder / "scripts")
        for name in SCRIPTS:
            (folder / "scripts" / f"{name}.py").write_text(SCRIPT)
        self.write("studies/two.yaml", STUDY)
        self.write("flags/train.flags", "# python scripts/train.py\n--steps=10\n--checkpoint_every=5\n")
        self.write("flags/search.flags", "--steps=10\n")

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def start(self, *words):
        """Begins `python -m studies`, as the head of a group of processes."""
        paths = os.pathsep.join(filter(None, [str(self.folder), str(self._root), os.environ.get("PYTHONPATH")]))
        return subprocess.Popen(
            [sys.executable, "-m", "studies", *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words):
        """Returns the exit status of `python -m studies`, what it printed, and what scripts it called for what."""
        self.write("calls", "")
        process = self.start(*words)
        printed, _ = process.communicate(timeout=120)
        return process.returncode, printed, self.called

    @property
    def called(self):
        """The calls since the last run began, as (script, name of the run or the folder it writes to)."""
        found = []
        for line in (self.folder / "calls").read_text().splitlines():
            script, *words = line.split()
            place = next((w for w in words if w.startswith(("--run_dir=", "--output="))), None)
            place = place.partition("=")[2] if place else next((word for word in words if word[0] != "-"), "")
            found.append((script, place.removeprefix("runs/two").strip("/")))
        return sorted(found)

    @staticmethod
    def kill(process):
        """Ends a process and all that it has begun, as a power cut does."""
        import psutil

        parent = psutil.Process(process.pid)
        for one in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        process.communicate()


@pytest.fixture
def project(tmp_path, root):
    return Project(tmp_path / "project", root)
