"""The whole road goes through folders of any name, and through remote ones: `file://` stands for `gs://`."""

import dataclasses
import io
import os

import numpy as np
import pytest
from PIL import Image

from bmt_tf import _files as files
from bmt_tf.choosing import ChoiceConfig, choose_tree, measure_affinity
from bmt_tf.export import export_saved_model, predict_folder
from bmt_tf.report import read_study, write_report
from bmt_tf.runs import Run
from bmt_tf.training import evaluate, train, train_singles, write_panels

pytestmark = pytest.mark.long

NAME = "a [b]* ?ü\\"


@pytest.fixture
def folder(tmp_path):
    """A folder whose name TensorFlow would read as a pattern, beside one that the pattern finds."""
    (tmp_path / "a b* ?ü").mkdir()
    return f"{tmp_path}/{NAME}"


def test_a_run_in_a_folder_named_like_a_pattern_is_resumed_scored_exported_and_predicts(tiny, folder):
    config = tiny(run_dir=f"{folder}/run", steps=4, checkpoint_every=1)
    train(config)
    assert Run.load(config.run_dir).saved_steps == [2, 3, 4]
    assert not files.exists(files.join(config.run_dir, "checkpoints", "ckpt-1.data-00000-of-00001"))
    expected = Run.load(config.run_dir).trained().network.variables
    files.remove(files.join(config.run_dir, "checkpoints", "ckpt-4.index"))
    train(config)
    for ours, theirs in zip(Run.load(config.run_dir).trained().network.variables, expected, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-3, atol=1e-4)
    assert evaluate(config.run_dir, time_it=False)["step"] == 4
    export_saved_model(config.run_dir, images=1, tolerance=0.1)
    files.write_bytes(f"{folder}/photographs/it's [1].png", _picture())
    assert predict_folder(config.run_dir, f"{folder}/photographs", f"{folder}/predicted") == 1
    assert files.file_names(f"{folder}/predicted/semseg") == ["it's [1].npy", "it's [1].png"]


def test_trees_are_measured_chosen_and_reported_in_a_remote_folder(tiny, folder):
    folder = f"file://{folder}"
    settings = tiny(run_dir=f"{folder}/single", steps=2, held_out=4)
    singles = train_singles(settings)
    measure_affinity(singles, f"{folder}/affinity", images=4, replicates=2)
    assert files.file_names(f"{folder}/affinity") == ["affinity.npz", "rdm"]
    choice = ChoiceConfig(
        output=f"{folder}/tree",
        affinity=f"{folder}/affinity/affinity.npz",
        budget="90%",
        data=settings.data,
        encoder="small",
        output_stride=8,
        image_size=(32, 32),
        replicates=2,
    )
    choose_tree(choice)
    tree = dataclasses.replace(settings, run_dir=f"{folder}/net", grouping=f"{folder}/tree/grouping.json")
    train(tree)
    for run_dir in (*singles, tree.run_dir):
        evaluate(run_dir, references=singles if run_dir == tree.run_dir else (), time_it=False)
    assert all(files.is_file(path) for path in write_panels(tree.run_dir, count=1))
    study = read_study(folder)
    assert ({run.name for run in study.runs}, study.remarks) == ({"single/semseg", "single/depth", "net"}, ())
    assert files.is_file(write_report(folder))


def test_what_follows_training_takes_the_data_where_it_has_moved(tiny, photographs, tmp_path):
    semseg = (
        {"kind": "segmentation", "classes": ["a", "b"]},
        lambda random, _: random.integers(0, 2, [32, 32], np.uint8),
    )
    depth = {"kind": "depth"}, lambda random, _: random.uniform(1, 5, [32, 32]).astype(np.float32)
    data, now = photographs({"semseg": semseg, "depth": depth}), str(tmp_path / "elsewhere")
    singles = train_singles(tiny("single", data=data, steps=1, held_out=3, replicas=1))
    os.rename(data, now)
    with pytest.raises(FileNotFoundError, match="where it has moved, `data`"):
        measure_affinity(singles, str(tmp_path / "affinity"), replicates=0)
    assert len(measure_affinity(singles, str(tmp_path / "affinity"), replicates=0, data=now).images) == 3
    assert evaluate(singles[0], time_it=False, data=now)["images"] == 4
    assert all(files.is_file(path) for path in write_panels(singles[0], count=1, data=now))
    assert files.is_folder(export_saved_model(singles[0], images=1, tolerance=0.1, data=now))


def test_a_home_folder_is_meant_by_a_tilde(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    config = tiny(run_dir="~/run", steps=1)
    assert config.run_dir == str(tmp_path / "run")
    train(config)
    assert Run.load("~/run").trained().step == 1
    files.write_bytes("~/deep/note.txt", b"here")
    assert (files.read_bytes("~/deep/note.txt"), files.file_names("~/deep")) == (b"here", ["note.txt"])
    files.rename("~/deep", "~/moved")
    assert os.path.exists(tmp_path / "moved" / "note.txt") and files.file_sizes(["~/moved/note.txt"]) == [4]
    assert os.listdir(tmp_path / "run") and not os.path.exists("~")


def _picture():
    content = io.BytesIO()
    Image.fromarray(np.zeros([32, 32, 3], np.uint8)).save(content, "png")
    return content.getvalue()
