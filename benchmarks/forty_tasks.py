"""Every step of the road with forty tasks: seconds, memory, and how both grow with the number of tasks."""

import dataclasses
import multiprocessing
import os
import tempfile
import time

from benchmarks.spill import peak_bytes
from benchmarks.topics import Settings

COUNTS = (10, 40)
TRAINING, SEARCH, HELD_OUT = 20, 20, 64  # updates of each training, of the search; images of the affinity
IMAGES = {"train": 256, "val": 64}


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns seconds and memory of each step, for ten tasks and for forty."""
    with tempfile.TemporaryDirectory(prefix="forty_tasks_") as folder:
        measured = {count: road(count, os.path.join(folder, str(count))) for count in COUNTS}
    few, many = (measured[count] for count in COUNTS)
    return [(name, _in_words(few[name], many[name])) for name in few]


def _in_words(few: tuple[float, float, int], many: tuple[float, float, int]) -> str:
    each = [
        f"{count} tasks {seconds:.0f} s ({busy:.0f} s of processor) and {held / 1e6:.0f} MB"
        for count, (seconds, busy, held) in zip(COUNTS, (few, many), strict=True)
    ]
    return f"{', '.join(each)}: {many[1] / few[1]:.1f} times the processor"


def road(count: int, folder: str) -> dict[str, tuple[float, float, int]]:
    """Returns seconds, those of the processor, and the most bytes held, by step; each step is a process of its own.

    Args:
        count: Number of tasks.
        folder: Where the runs go.
    """
    found = {}
    for name, step in STEPS.items():
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found[name] = pool.apply(_measured, (step, count, folder))

    return found


def _measured(step, count: int, folder: str) -> tuple[float, float, int]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import bmt_tf.training  # noqa: F401 (TensorFlow's own start is not part of a step)

    started, busy = time.perf_counter(), time.process_time()
    step(count, folder)
    return time.perf_counter() - started, time.process_time() - busy, peak_bytes()


def _config(count: int, folder: str, name: str, **changes):
    from bmt_tf.data.rendering.attributes import ATTRIBUTES
    from bmt_tf.runs import TrainConfig

    common = {
        "data": os.path.join(folder, "data"),
        "tasks": ATTRIBUTES[:count],
        "encoder": "narrow",
        "output_stride": 8,
        "image_size": (64, 64),
        "batch_size": 16,
        "steps": TRAINING,
        "held_out": HELD_OUT,
        "scales": (),
    }
    return TrainConfig(run_dir=os.path.join(folder, name), **(common | changes))


def _data(count: int, folder: str) -> None:
    from bmt_tf.data import Scenes, write_shards
    from bmt_tf.data.rendering.attributes import ATTRIBUTES

    sources = {split: Scenes(split, images, 64, 64).only(ATTRIBUTES[:count]) for split, images in IMAGES.items()}
    write_shards(sources, os.path.join(folder, "data"))


def _singles(count: int, folder: str) -> None:
    from bmt_tf.training import train_singles

    train_singles(_config(count, folder, "single"))


def _evaluate_singles(count: int, folder: str) -> None:
    from bmt_tf.runs.folders import runs_in
    from bmt_tf.training import evaluate

    for run_dir in runs_in([os.path.join(folder, "single")], "run_dirs"):
        evaluate(run_dir)


def _affinity(count: int, folder: str) -> None:
    from bmt_tf.choosing import measure_affinity
    from bmt_tf.runs.folders import single_task_runs

    run_dirs = single_task_runs([os.path.join(folder, "single")], "run_dirs")
    measure_affinity(run_dirs, os.path.join(folder, "affinity"))


def _choose(count: int, folder: str) -> None:
    from bmt_tf.choosing import choose_tree
    from bmt_tf.choosing.config import ChoiceConfig

    choose_tree(
        ChoiceConfig(
            affinity=os.path.join(folder, "affinity"), budget="50%", output=os.path.join(folder, "tree"), replicates=0
        )
    )


def _branched(count: int, folder: str) -> None:
    from bmt_tf.training import train

    train(_config(count, folder, "branched", grouping=os.path.join(folder, "tree", "grouping.json")))


def _search(candidates: int, count: int, folder: str) -> None:
    from bmt_tf.runs import SearchConfig
    from bmt_tf.training import search

    config = _config(count, folder, f"search_{candidates}", steps=SEARCH).to_json()
    names = {field.name for field in dataclasses.fields(SearchConfig)}
    own = {"trade_off": 1.0, "candidates": candidates, "warm_up_steps": SEARCH // 2}
    search(SearchConfig.from_json({name: value for name, value in config.items() if name in names} | own))


def _search_two(count: int, folder: str) -> None:
    _search(2, count, folder)


def _search_four(count: int, folder: str) -> None:
    _search(4, count, folder)


def _evaluate(count: int, folder: str) -> None:
    from bmt_tf.runs.folders import runs_in
    from bmt_tf.training import evaluate

    references = runs_in([os.path.join(folder, "single")], "references")
    evaluate(os.path.join(folder, "branched"), references=references)


def _report(count: int, folder: str) -> None:
    from bmt_tf.report import write_report

    write_report(folder)


def _export(count: int, folder: str) -> None:
    from bmt_tf.export import export_saved_model

    export_saved_model(os.path.join(folder, "branched"))


STEPS = {
    "data, drawn and written as shards": _data,
    "single-task networks": _singles,
    "their scores": _evaluate_singles,
    "features and affinities": _affinity,
    "beam front and tree": _choose,
    "branched network": _branched,
    "its scores and gain": _evaluate,
    "search, J = 2": _search_two,
    "search, J = 4": _search_four,
    "report": _report,
    "export": _export,
}
