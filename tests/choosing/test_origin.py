"""What a measurement was made on is kept with it, and read back."""

import dataclasses
import os

import pytest
from tiny_runs import tiny_search

from bmt_tf._files import write_json
from bmt_tf.choosing.origin import MeasuredOn, measured_on, read_measured_on, same_data
from bmt_tf.data import open_data
from bmt_tf.runs import Run
from bmt_tf.runs.data import place_of

FOUND = MeasuredOn(encoder="small", output_stride=8, folded=1, image_size=(32, 48), data="scenes:train=4,val=2")


def test_it_is_read_back_as_it_was_kept():
    assert read_measured_on(FOUND.to_json(), "the affinity") == FOUND
    assert read_measured_on({}, "the affinity") is None


@pytest.mark.parametrize("stored", [{"encoder": "small"}, FOUND.to_json() | {"image_size": [3]}, {"colour": 1}])
def test_a_record_that_says_too_little_or_something_else_is_refused(stored):
    with pytest.raises(ValueError, match="the affinity x must say on what it was measured"):
        read_measured_on(stored, "the affinity x")


def test_runs_say_what_they_were_made_on(trained_singles):
    runs = [Run.load(path) for path in trained_singles.values()]
    found, settings = measured_on(*runs), runs[0].settings
    for name in (
        "encoder",
        "output_stride",
        "aspp",
        "by_stage",
        "folded",
        "image_size",
        "load_size",
        "data",
        "modules",
    ):
        assert getattr(found, name) == getattr(settings, name)
    assert found.heads == {}
    assert found.fingerprint == runs[0].record["data"]["fingerprint"]
    assert (found.weighting, found.loss_weights) == ("fixed", {})


def test_runs_say_by_which_weights_they_were_made(tmp_path, trained):
    begun = Run.load(trained.run_dir).record
    path = str(tmp_path / "run")
    for kind, way in ((trained, "uniform"), (tiny_search(path), "uniform"), (trained, "balanced")):
        settings = dataclasses.replace(kind, run_dir=path, weighting=way)
        run = Run(settings, begun)
        measured = {"semseg": 0.5, "depth": 3.0} if settings.measures_weights else {}
        if measured:
            write_json(run.paths.weighting, {name: {"weight": weight} for name, weight in measured.items()})
        found = measured_on(run)
        assert (found.weighting, found.loss_weights) == (way, measured)
        assert read_measured_on(found.to_json(), "the search") == found


def test_data_is_the_same_by_its_name_or_by_what_it_holds(photographs, tmp_path, monkeypatch):
    import shutil

    import numpy as np

    root = photographs({"scene": ({"kind": "scene", "classes": ["a", "b"]}, lambda *_: np.float32([0, 1]))})
    found = MeasuredOn(image_size=(32, 32), data=root, fingerprint=open_data(root, "train").fingerprint())
    monkeypatch.chdir(tmp_path)
    assert place_of(os.path.relpath(root)) == root and place_of("scenes") == "scenes"
    assert place_of(f"folder:{os.path.relpath(root)}") == f"folder:{root}"
    copy = shutil.copytree(root, tmp_path / "moved")
    assert same_data(os.path.basename(root), found) and same_data(str(copy), found)
    assert not same_data("scenes:train=4,val=2", found)
