"""A folder with a page that runs a network in the browser, on the reader's own pictures or camera."""

import importlib.resources
from collections.abc import Sequence
from typing import Any

from absl import logging

from bmt_tf import __version__
from bmt_tf import _files as files
from bmt_tf._pages import page_environment
from bmt_tf.data import evenly_spread
from bmt_tf.data.pixels import image_bytes
from bmt_tf.export.description import FILE, Description, is_exported, read_description
from bmt_tf.export.exporting import export_formats
from bmt_tf.export.page_runtime import FILES, runtime_files
from bmt_tf.export.serving import ALL_TASKS
from bmt_tf.grouping.palette import task_colour
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.paths import RunPaths
from bmt_tf.runs.run import Run
from bmt_tf.tasks import Task, painting

PAGE = "index.html"
RUNTIME = "onnxruntime"  # folder of the runtime
EXAMPLES = 3  # photographs of the `val` split that lie beside the page
LARGER = (0.5, 1, 2, 4)  # sizes to choose from, by that of the images which the run is scored on
_TEMPLATE = f"{PAGE}.j2"


def export_demo_page(
    run_dir: str, formats: Sequence[str] = (RunPaths.onnx,), output: str | None = None, *, data: str = "", **options
) -> dict[str, str]:
    """Writes what `export_formats` does, and a folder with a page that runs the ONNX of it in a browser.

    The folder needs nothing else, and no network: any web server will do, such as `python -m http.server`. Beside the
    page lie the ONNX files, ONNX Runtime for WebAssembly, and a few photographs of the `val` split.

    Args:
        run_dir: As for `export_formats`.
        formats: Likewise; `onnx` is written, too, where it is not among them.
        output: Folder of one folder per format and of `demo_page`; the run directory by default.
        data: Where the run's data is now, if it has moved.
        options: The other arguments of `export_formats`.

    Returns:
        The directory of each format by its name, and that of the page as `demo_page`.

    Raises:
        OSError: The runtime cannot be fetched, or `output` holds something that is no earlier export.
    """
    run = Run.load(run_dir, TrainConfig, data)
    place = files.join((output or run.path).rstrip("/"), RunPaths.demo_page)
    _check_place(place)
    runtime = runtime_files()
    formats = [*formats, *({RunPaths.onnx} - set(formats))]
    if output and len(formats) == 1:
        folders = export_formats(run_dir, formats, files.join(output, RunPaths.onnx), data=data, **options)
    else:
        folders = export_formats(run_dir, formats, output, data=data, **options)
    with files.whole_folder(place, "output") as unfinished:
        _write(unfinished, run, folders[RunPaths.onnx], runtime)
    return folders | {RunPaths.demo_page: place}


def _check_place(place: str) -> None:
    found = files.file_names(place)
    if files.exists(place) and (PAGE not in found or not is_exported(files.join(place, RunPaths.onnx))):
        raise FileExistsError(
            f"`output` must have no `{RunPaths.demo_page}` but an earlier page, which is replaced. Received: {place} "
            f"with {found}."
        )


def _write(folder: str, run: Run, onnx: str, runtime: dict[str, bytes]) -> None:
    """Writes the page of a run and all that it loads into an empty folder."""
    description = read_description(onnx)
    networks = {name: files.read_bytes(files.join(onnx, name)) for name in _network_files(description)}
    source = run.scored_split("val")
    pictures = {
        f"examples/{number}.png": image_bytes(source[int(index)]["image"], "png")
        for number, index in enumerate(evenly_spread(len(source), EXAMPLES), 1)
    }
    size = source[0]["image"].shape[:2]
    page = _rendered(run, description, len(networks[f"{ALL_TASKS}.onnx"]), size, [*pictures])
    contents = {
        PAGE: page.encode(),
        **_static_files(),
        **pictures,
        **{f"{RunPaths.onnx}/{name}": content for name, content in networks.items()},
        **{f"{RUNTIME}/{name}": content for name, content in runtime.items()},
    }
    for name, content in contents.items():
        files.write_bytes(files.join(folder, name), content)


def _network_files(description: Description) -> list[str]:
    return [f"{name}.onnx" for name in (ALL_TASKS, *(task.name for task in description.tasks))] + [FILE]


def _static_files() -> dict[str, bytes]:
    folder = importlib.resources.files("bmt_tf.export") / "templates"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != _TEMPLATE}


def _rendered(
    run: Run, description: Description, network_bytes: int, size: tuple[int, int], examples: Sequence[str]
) -> str:
    compared = description.made_by["compared"]
    template = page_environment("bmt_tf.export").get_template(_TEMPLATE)
    return template.render(
        name=files.absolute(run.path).rstrip("/").rpartition("/")[2],
        encoder=run.settings.encoder,
        about=about_page(run.tasks),
        megabytes=network_bytes / 1e6,
        usual=max(size),
        sizes=[round(max(size) * factor) for factor in LARGER],
        examples=examples,
        tree=run.grouping.to_svg() if run.settings.has_tree else "",
        footer=f"Step {description.made_by['step']}. The network in this page predicts what the trained one does on "
        f"{compared['images']} photographs. Made with bmt_tf {__version__} and ONNX Runtime.",
    )


def about_page(tasks: Sequence[Task]) -> dict[str, Any]:
    """Returns what the page's scripts need to know, as JSON values.

    A task that is drawn in a way of the user's own is drawn in grey, and named in a warning.
    """
    return {
        "all_tasks": ALL_TASKS,
        "runtime": FILES,
        "ramp": painting.RAMP,
        "ignored": painting.IGNORED,
        "tasks": [_about_task(task, number) for number, task in enumerate(tasks)],
    }


def _about_task(task: Task, number: int) -> dict[str, Any]:
    activation = task.kind.activation
    paint = activation.paint
    if paint is not getattr(painting, paint.__name__, None):
        logging.warning(
            "The demo page draws task %s in grey, from 0 to 1: its activation %s is drawn by Python of its own.",
            task.name,
            activation.name,
        )
        paint = painting.in_grey
    return {
        "name": task.name,
        "dense": task.kind.dense,
        "channels": task.kind.label_channels(task.channels),
        "paint": paint.__name__,
        "classes": task.classes,
        "colours": task.colours,
        "unit": task.unit if activation.has_unit else "",
        "colour": task_colour(number),
    }
