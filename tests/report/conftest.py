"""A made-up study on disk, small, with every kind of file that a report reads."""

import shutil

import numpy as np
import pytest

from bmt_tf import _files as files
from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
from bmt_tf.runs import SearchConfig, TrainConfig
from bmt_tf.runs.paths import AffinityPaths, ChoicePaths, RunPaths
from bmt_tf.search import AlphaHistory
from bmt_tf.tasks import get_task, panels

TASKS = ("semseg", "depth", "normals", "edge")
BLOCKS = (*(f"block_{number:02d}" for number in range(1, 18)), "aspp")
MEASURES = {
    "semseg": ("mIoU", 0.262, "", False),
    "depth": ("RMSE", 0.921, "m", True),
    "normals": ("mean angle", 31.6, "degrees", True),
    "edge": ("ODS-F", 0.548, "", False),
}
ENCODER = "mobilenet_v2_0.35"
SETTINGS = {"data": "rooms", "encoder": ENCODER, "image_size": (96, 128)}


def split_at(first, second):
    """A tree that parts {semseg, depth} from the rest at one block and those of the rest at a later one."""
    together, pairs = [TASKS], [TASKS[:2], TASKS[2:]]
    last = [TASKS[:2], TASKS[2:3], TASKS[3:]]
    return [together] * first + [pairs] * (second - first) + [last] * (len(BLOCKS) - second)


def metrics(tasks, factor, branches, references=True):
    """The content of a `metrics.json`: scores off the single-task ones by a factor, costs that grow with branches."""
    rows, gains = {}, {}
    for place, task in enumerate(tasks):
        measure, value, unit, lower = MEASURES[task]
        change = factor * (1 + 0.6 * place)
        rows[task] = {
            "measure": measure,
            "value": value * (1 - change if lower else 1 + change),
            "unit": unit,
            "images": 98,
            "lower_is_better": lower,
        }
        gains[task] = 100 * change
    cost = {
        "parameters": 2.0e5 * branches,
        "multiply_adds": 3.1e7 * branches + 6e7,
        "paper_multiply_adds": 3.0e7 * branches + 6e7,
        "milliseconds": 3.2 * branches + 9,
    }
    runs = {task: f"single/{task}" for task in tasks}
    delta = {"value": sum(gains.values()) / len(gains), "per_task": gains, "references": runs}
    return {
        "split": "val",
        "images": 98,
        "step": 2000,
        "tasks": rows,
        "cost": cost,
        "delta_m": delta if references else None,
        "seconds_per_step": 0.1 + 0.04 * branches,
    }


def write_record(settings, *command):
    """Writes the record that a run begins with, and returns the run's paths."""
    paths = RunPaths(settings.run_dir)
    record = {
        "config": settings.to_json(),
        "kind": type(settings).__name__,
        "seed": settings.seed,
        "data": {"name": "rooms", "fingerprint": "5f2c91"},
        "versions": {"tensorflow": "2.21.0"},
        "command": command,
    }
    files.write_json(paths.config, record)
    return paths


def write_run(folder, tasks, grouping, content, seed=1):
    """Writes the files of one run directory."""
    settings = TrainConfig(run_dir=str(folder), tasks=tasks, steps=2000, seed=seed, **SETTINGS)
    command = "scripts/train.py", "--flagfile=flags/demo.flags", f"--run_dir=runs/{folder.name}"
    paths = write_record(settings, *command)
    files.write_json(paths.metrics, content)
    grouping.save(paths.grouping)


def write_affinity(folder):
    """Writes an affinity that falls with depth, least between the two pairs of tasks."""
    rng = np.random.default_rng(0)
    depth = np.linspace(0, 1, len(BLOCKS))[:, None, None]
    kin = np.kron(np.eye(2), np.ones((2, 2)))
    values = 1 - depth**1.5 * np.where(kin == 1, 0.35, 0.7) + 0.02 * rng.standard_normal((len(BLOCKS), 4, 4))
    values = np.clip((values + values.transpose(0, 2, 1)) / 2, 0, 1)
    values[:, range(4), range(4)] = 1
    noise = 0.04 * depth * rng.standard_normal((50, len(BLOCKS), 1, 1))
    replicates = np.where(np.eye(4, dtype=bool), 1, np.clip(values + noise, -1, 1))
    AffinityResult(values, TASKS, BLOCKS, tuple(map(str, range(100))), replicates).save(
        AffinityPaths(str(folder)).affinity
    )


def write_front(folder, tree, search=""):
    """Writes a front of thirty trees with the twelfth chosen, the chosen tree, and the search it is from."""
    paths = ChoicePaths(str(folder))
    lines = ["cost,score,chosen,branches,partitions"]
    for number in range(30):
        lines.append(f"{1.5e8 + 4e6 * number},{8 * 0.88**number:.4f},{int(number == 12)},1 1 2,[]")
    files.write_bytes(paths.front, ("\n".join(lines) + "\n").encode())
    tree.save(paths.grouping)
    if search:
        files.write_json(paths.choice, {"config": {"search": search}})


def write_panel(folder):
    """Writes a run's panel of a shaded image with plain shapes for labels."""
    rng = np.random.default_rng(1)
    height, width = 96, 128
    image = (np.linspace(60, 230, width)[None, :, None] * np.ones((height, 1, 3))).astype(np.uint8)
    semseg = np.zeros((height, width, 1), np.uint8)
    semseg[40:, :60], semseg[60:, 60:], semseg[:10] = 3, 9, 255
    depth = np.linspace(6, 1, height, dtype=np.float32)[:, None, None] * np.ones((1, width, 1), np.float32)
    normals = np.where(semseg == 3, np.float32([0, 0, 1]), np.float32([0, 1, 0]))
    edge = (np.abs(np.diff(semseg.astype(int), axis=1, prepend=0)) > 0).astype(np.uint8)
    labels = {"semseg": semseg, "depth": depth, "normals": normals, "edge": edge}
    guesses = {
        "semseg": semseg % 200,
        "depth": depth + rng.normal(0, 0.2, depth.shape).astype(np.float32),
        "normals": normals,
        "edge": edge * np.float32(0.7),
    }
    panel = panels.prediction_panel(image, labels, guesses, [get_task(name) for name in TASKS])
    files.write_bytes(files.join(RunPaths(str(folder)).predictions, "0042.png"), panel)


def write_search(folder):
    """Writes a search whose routing grows sharp and parts {semseg, depth} from {normals, edge} at block 12."""
    rng = np.random.default_rng(2)
    wanted = np.zeros((len(BLOCKS), 4), int)
    wanted[12:] = [0, 0, 1, 1]
    steps = np.arange(0, 601, 50)
    sharpness = np.linspace(0, 4, len(steps))[:, None, None, None]
    history = sharpness * np.eye(4)[wanted] + 0.3 * rng.standard_normal((len(steps), len(BLOCKS), 4, 4))
    history[0] = 0
    history = history.astype(np.float32)
    result = AlphaHistory(history[-1], history, steps, np.linspace(5, 0.1, len(steps)), TASKS, BLOCKS)
    settings = SearchConfig(run_dir=str(folder), tasks=TASKS, steps=600, trade_off=0.5, **SETTINGS)
    paths = write_record(settings, "scripts/search.py", "--trade_off=0.5")
    result.save(paths.alpha)
    result.grouping(made_by={"method": "bmtas", "trade_off": 0.5}).save(paths.grouping)
    weights = dict(zip(TASKS, (3.25, 5.31, 3.6, 40.0), strict=True))
    facts = {"cost": 2.1e8, "unit": "multiply_adds", "trade_off": 0.5, "weighting": "balanced", "loss_weights": weights}
    files.write_json(paths.search, facts)
    return result


def build_study(folder):
    """Writes the whole study below a folder."""
    for task in TASKS:
        tree = Grouping.shared((task,), BLOCKS, ENCODER)
        write_run(folder / "single" / task, (task,), tree, metrics((task,), 0.0, 2.4, references=False))
    trees = {
        "shared": (Grouping.shared(TASKS, BLOCKS), -0.031, 1),
        "bmn_50": (Grouping(TASKS, BLOCKS, split_at(8, 14), "", {"method": "bmn", "budget": 0.5}), -0.004, 1.6),
        "bmn_70": (Grouping(TASKS, BLOCKS, split_at(2, 5), "", {"method": "bmn", "budget": 0.7}), 0.006, 2.6),
        "vanilla": (Grouping(TASKS, BLOCKS, split_at(12, 12), "", {"method": "vanilla"}), -0.018, 1.7),
        "random_1": (Grouping(TASKS, BLOCKS, split_at(7, 16), "", {"method": "random", "seed": 1}), -0.022, 1.65),
    }
    for name, (tree, factor, branches) in trees.items():
        write_run(folder / name, TASKS, tree, metrics(TASKS, factor, branches))
    write_panel(folder / "bmn_50")
    write_panel(folder / "shared")
    write_affinity(folder / "affinity")
    made_by = {"method": "bmn", "budget": 2.0e8, "unit": "multiply_adds"}
    write_front(folder / "affinity", Grouping(TASKS, BLOCKS, split_at(8, 14), "", made_by))
    return folder


@pytest.fixture(scope="session")
def searched_dir(study_dir, tmp_path_factory):
    """The made-up study with a search and a front of its likely trees."""
    folder = shutil.copytree(study_dir, tmp_path_factory.mktemp("searched") / "rooms")
    tree = write_search(folder / "search").grouping(made_by={"method": "bmtas", "unit": "multiply_adds"})
    write_front(folder / "likely", tree, search="elsewhere/runs/search")
    return folder


@pytest.fixture(scope="session")
def study_dir(tmp_path_factory):
    """The made-up study; tests that change it copy it first."""
    return build_study(tmp_path_factory.mktemp("study") / "rooms")
