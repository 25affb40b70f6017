"""Run directories that are named by the folder they lie in."""

from collections.abc import Sequence

from bmt_tf import _files as files
from bmt_tf.data import data_tasks
from bmt_tf.runs.paths import RunPaths
from bmt_tf.runs.run import Run


def runs_in(paths: Sequence[str], argument: str) -> list[str]:
    """Returns run directories, in place of a folder of them those in it, by their names.

    Args:
        paths: Run directories, or folders of them such as `scripts/train.py --single` makes.
        argument: What an error calls `paths`.

    Raises:
        FileNotFoundError: There is no run at a path, nor in the folder there.
    """
    found: list[str] = []
    for path in paths:
        inside = [path] if _is_run(path) else [files.join(path, name) for name in files.file_names(path)]
        runs = [one for one in inside if _is_run(one)]
        if not runs:
            raise FileNotFoundError(
                f"`{argument}` must be run directories made by scripts/train.py, or a folder of them. Received: "
                f"{path}, where there is no {RunPaths.config}, nor in a folder below."
            )
        found += runs
    return found


def single_task_runs(paths: Sequence[str], argument: str) -> list[str]:
    """Returns run directories as `runs_in` does; those of a folder in the order that the data has their tasks in."""
    found: list[str] = []
    for path in paths:
        runs = [Run.load(run_dir) for run_dir in runs_in([path], argument)]
        order = list(data_tasks(runs[0].settings.data)) if len(runs) > 1 else []
        place = {name: number for number, name in enumerate(order)}
        runs.sort(key=lambda run: place.get(run.settings.tasks[0], len(place)))
        found += [run.path for run in runs]
    return found


def _is_run(path: str) -> bool:
    return files.is_file(RunPaths(path).config)
