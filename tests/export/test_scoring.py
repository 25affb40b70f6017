"""An exported network is scored as its run is, and what fewer bits cost is a difference of two gains."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from bmt_tf.costs.timing import Timing
from bmt_tf.export import evaluate_exported, export_formats, predict_folder, scoring
from bmt_tf.export.description import content_of
from bmt_tf.export.formats import FORMATS
from bmt_tf.export.scoring import still_scored
from bmt_tf.training import evaluate

pytestmark = pytest.mark.long
NAMES = ("saved_model", "litert_int8", "onnx")


@pytest.fixture(scope="module")
def run_dir(trained, tmp_path_factory):
    """The run `trained`, copied, exported to three formats."""
    import shutil

    run_dir = str(tmp_path_factory.mktemp("served") / "run")
    shutil.copytree(trained.run_dir, run_dir)
    folders = export_formats(run_dir, NAMES, images=2, calibration_images=4, any_size=False)
    assert folders == {name: os.path.join(run_dir, name) for name in NAMES}
    return run_dir


def test_every_format_is_scored_beside_the_checkpoint(run_dir, trained_singles):
    references = list(trained_singles.values())
    metrics = evaluate(run_dir, references=references, time_it=False)
    for name in NAMES:
        found = evaluate_exported(run_dir, name, references=references, batch_size=3)
        assert found["delta_m"]["references"] == trained_singles
        for task, row in found["tasks"].items():
            near = 1e-4 if FORMATS[name].exact else 0.2
            assert row["value"] == pytest.approx(metrics["tasks"][task]["value"], rel=near, abs=near / 10)
            assert row["images"] == metrics["tasks"][task]["images"]
    with open(f"{run_dir}/metrics.json") as file:
        stored = json.load(file)
    assert set(stored["exported"]) == set(NAMES)
    assert all(entry["milliseconds"] > 0 and entry["threads"] for entry in stored["exported"].values())
    assert {name: stored[name] for name in metrics} == metrics
    assert evaluate(run_dir, references=references, time_it=False) == stored


def test_scores_of_an_export_hold_until_its_files_the_weights_or_the_images_change(tmp_path):
    folder = tmp_path / "litert"
    folder.mkdir()
    (folder / "signature.json").write_text("{}")
    (folder / "fixed.tflite").write_bytes(b"one")
    run = SimpleNamespace(path=str(tmp_path), tasks=[SimpleNamespace(name="depth")])
    row = {"value": 2.0, "lower_is_better": True}
    entry = {"folder": "where it was", "content": content_of(str(folder)), "tasks": {"depth": row}, "delta_m": None}
    same = {"fingerprint": "images", "step": 3, "weights": "these"}
    earlier = {**same, "exported": {"litert": entry, "onnx": entry | {"content": "another"}}}
    found = still_scored(run, earlier, same, {"depth": ("single", row | {"value": 4.0})})["exported"]
    assert list(found) == ["litert"] and found["litert"]["folder"] == str(folder)
    assert found["litert"]["delta_m"]["value"] == pytest.approx(50.0)
    assert still_scored(run, earlier, same, {})["exported"]["litert"]["delta_m"] is None
    for name in same:
        assert still_scored(run, earlier, same | {name: "other"}, {}) == {}
    (folder / "fixed.tflite").write_bytes(b"two")
    assert still_scored(run, earlier, same, {}) == {}


def test_latency_is_measured_again_only_where_asked_or_where_something_changed(run_dir, monkeypatch):
    evaluate(run_dir, time_it=False)
    first = evaluate_exported(run_dir, "onnx")
    monkeypatch.setattr(scoring, "latency_of", lambda served, size: Timing(0.5, 0.0, 1))
    assert evaluate_exported(run_dir, "onnx") == first
    assert evaluate_exported(run_dir, "onnx", time_it=True)["milliseconds"] == 0.5
    assert "milliseconds" not in evaluate_exported(run_dir, "onnx", time_it=False)


@pytest.mark.whole
def test_it_is_compared_and_scored_where_a_process_has_one_thread(run_dir, root, tmp_path):
    # A graph that calls the exported network would wait for the only thread, which it has itself.
    program = (
        "import sys, toys; from bmt_tf.export import export_saved_model as make; print(make(*sys.argv[1:], images=2))"
    )
    limits = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    paths = os.pathsep.join([str(root), str(root / "tests")])
    made = subprocess.run(
        [sys.executable, "-c", program, run_dir, str(tmp_path / "made")],
        env=os.environ | limits | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0 and made.stdout.split() == [str(tmp_path / "made")], made.stderr[-3000:]


def test_the_exporter_says_how_each_compared(run_dir):
    for name in NAMES:
        place = "assets.extra/signature.json" if name == "saved_model" else "signature.json"
        with open(f"{run_dir}/{name}/{place}") as file:
            made_by = json.load(file)["made_by"]
        assert set(made_by["compared"]["scores"]) == {"semseg", "depth"}
        assert made_by["calibration_images"] == (4 if FORMATS[name].calibrated else None)
        if FORMATS[name].exact:
            assert max(made_by["compared"]["differing_share"].values()) <= 1e-3


def test_an_export_of_another_step_is_refused(run_dir, monkeypatch):
    with open(f"{run_dir}/metrics.json", "w") as file:
        json.dump({"step": 2, "split": "val", "tasks": {"semseg": {}, "depth": {}}}, file)
    with pytest.raises(ValueError, match=r"at step 2\. Received: .*saved_model with .* at step 3"):
        evaluate_exported(run_dir, "saved_model")


def test_an_export_of_other_weights_is_refused(run_dir):
    evaluate(run_dir, time_it=False)
    with open(f"{run_dir}/metrics.json") as file:
        metrics = json.load(file)
    with open(f"{run_dir}/metrics.json", "w") as file:
        json.dump(metrics | {"weights": "others"}, file)
    with pytest.raises(ValueError, match=r"saved_model with .* at step 3 of other weights"):
        evaluate_exported(run_dir, "saved_model")


def test_another_format_predicts_on_a_folder(run_dir, photographs, tmp_path):
    assert predict_folder(f"{run_dir}/onnx", str(photographs), str(tmp_path / "out"), task="depth") == 2
    assert len(os.listdir(tmp_path / "out" / "depth")) == 4


@pytest.fixture
def photographs(tmp_path):
    import numpy as np
    from PIL import Image

    folder = tmp_path / "photographs"
    folder.mkdir()
    for name, size in (("a", (32, 32)), ("b", (19, 27))):
        pixels = np.random.default_rng(1).integers(0, 256, [*size, 3], np.uint8)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return folder


def test_too_few_images_to_calibrate_on_are_refused(run_dir, tmp_path):
    with pytest.raises(ValueError, match=r"`calibration_images` must be at most .* trained on, \d+\. Received: .*=99"):
        export_formats(run_dir, ["litert_int8"], str(tmp_path / "out"), calibration_images=99)
    with pytest.raises(ValueError, match="`size` must be a height and a width"):
        export_formats(run_dir, ["litert"], size=(32,))
    with pytest.raises(ValueError, match="`calibration_images` must be at least 1"):
        export_formats(run_dir, ["litert"], calibration_images=0)


def test_a_folder_of_other_sizes_is_refused_before_any_is_predicted(run_dir, photographs, tmp_path):
    with pytest.raises(ValueError, match=r"exported for, 32 x 32 pixels.*Received: 19 x 27"):
        predict_folder(f"{run_dir}/litert_int8", str(photographs), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
