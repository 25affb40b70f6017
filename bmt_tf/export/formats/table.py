"""Which formats there are, what each needs installed, and how each is written and loaded."""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bmt_tf import _files as files
from bmt_tf.export.description import Description, is_exported, read_description, write_description
from bmt_tf.export.formats.litert import Images, LiteRt, write_float16, write_float32, write_int8
from bmt_tf.export.formats.onnx import Onnx, write_onnx
from bmt_tf.export.formats.saved_model import SavedModel, write_saved_model
from bmt_tf.export.served import ServedNetwork, Size
from bmt_tf.export.serving import Exportable
from bmt_tf.runs.paths import RunPaths


@dataclass(frozen=True)
class Format:
    """A form of file that a network can be exported to.

    Args:
        write: Writes a network into an empty folder, for images of the given sizes; takes images to calibrate on.
        load: Makes a `ServedNetwork` of a folder and its description.
        to_write: What writing it needs beside TensorFlow: importable name -> name for pip.
        to_run: What running it needs, likewise.
        extra: The extra of this package that installs all of them.
        for_sizes: Whether a graph is made for each size; otherwise one takes all.
        exact: Whether predictions are those of the checkpoint; rounded weights give others.
        calibrated: Whether it is made with the help of images.
    """

    write: Callable[[str, Exportable, tuple[Size, ...], Images], None]
    load: Callable[..., ServedNetwork]
    to_write: dict[str, str] = field(default_factory=dict)
    to_run: dict[str, str] = field(default_factory=dict)
    extra: str = ""
    for_sizes: bool = False
    exact: bool = True
    calibrated: bool = False

    @property
    def missing(self) -> list[str]:
        """The packages that writing and running it needs and that are not there, as pip knows them."""
        return _missing(self.to_write | self.to_run)

    def check_installed(self, name: str, *, writes: bool) -> None:
        """Raises an ImportError, with the command that installs it, where a package that is needed is not there.

        Args:
            name: What the format is called.
            writes: Whether it is to be written before it is run; what was written elsewhere is only run.
        """
        uses = ({"written": _missing(self.to_write)} if writes else {}) | {"run": _missing(self.to_run)}
        wanted = [f"{' and '.join(packages)} to be {use}" for use, packages in uses.items() if packages]
        if wanted:
            packages = " ".join(package for missing in uses.values() for package in missing)
            raise ModuleNotFoundError(
                f"The format {name} needs {', '.join(wanted)}: pip install {packages} (pip install "
                f"'bmt-tf[{self.extra}]' brings all that it is written and run with)."
            )


def _missing(packages: dict[str, str]) -> list[str]:
    return [pip for module, pip in packages.items() if importlib.util.find_spec(module) is None]


# TensorFlow writes it.
_LITERT = {"load": LiteRt, "to_run": {"ai_edge_litert": "ai-edge-litert"}, "extra": "litert", "for_sizes": True}
# By name, which is also that of the folder in a run directory.
FORMATS = {
    RunPaths.saved_model: Format(lambda folder, network, sizes, images: write_saved_model(folder, network), SavedModel),
    RunPaths.litert: Format(write_float32, **_LITERT),
    RunPaths.litert_float16: Format(write_float16, **_LITERT, exact=False),
    RunPaths.litert_int8: Format(write_int8, **_LITERT, exact=False, calibrated=True),
    RunPaths.onnx: Format(
        lambda folder, network, sizes, images: write_onnx(folder, network),
        Onnx,
        to_write={"tf2onnx": "tf2onnx", "onnx": "onnx"},
        to_run={"onnxruntime": "onnxruntime"},
        extra="onnx",
    ),
}


def check_formats(names: Sequence[str], argument: str = "formats") -> None:
    """Refuses formats that cannot be written and run here: what is written is compared, or timed.

    Args:
        names: Names of formats.
        argument: What a message calls them.

    Raises:
        ValueError: A name is that of no format, or there is none.
        ImportError: A package that one needs is not installed.
    """
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        raise ValueError(f"`{argument}` must be among {', '.join(FORMATS)}. Received: {', '.join(unknown) or 'none'}.")
    for name in names:
        FORMATS[name].check_installed(name, writes=True)


def load_served(model_dir: str) -> ServedNetwork:
    """Returns an exported network, ready to predict.

    Args:
        model_dir: Its directory, local or remote; or that of the run it was made from, whose SavedModel is taken, or
            else the first of its other formats.

    Raises:
        FileNotFoundError: No exported network is there.
        ImportError: The runtime of its format is not installed; what would write it need not be.
    """
    for folder in (model_dir, *(files.join(model_dir, name) for name in FORMATS)):
        if is_exported(folder):
            return _loaded(folder, read_description(folder))
    raise FileNotFoundError(
        f"`model_dir` must hold a network exported by scripts/export.py. Received: model_dir={model_dir!r}."
    )


def read_served(folder: str, description: dict[str, Any]) -> ServedNetwork:
    """Returns the exported network in a folder, after writing there what it says of itself.

    Args:
        folder: Where a format has written it.
        description: The result of `describe`.
    """
    write_description(folder, description)
    return _loaded(folder, read_description(folder))


def _loaded(folder: str, description: Description) -> ServedNetwork:
    format = FORMATS[description.format]
    format.check_installed(description.format, writes=False)
    return format.load(folder, description)
