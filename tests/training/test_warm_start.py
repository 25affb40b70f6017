"""Soft-sharing runs end to end: from single-task runs to scores, an export and a report; killed and resumed."""

import dataclasses
import os
import shutil

import numpy as np
import pytest
from PIL import Image
from tiny_runs import tiny_training

from bmt_tf.choosing import measure_affinity
from bmt_tf.export import export_saved_model, predict_folder
from bmt_tf.report import comparison_tables, read_study
from bmt_tf.report.page import render
from bmt_tf.runs import Run
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.training import evaluate, train, train_loop, train_singles
from bmt_tf.training.train_loop import Trainer
from bmt_tf.training.warm_start import start_network

NETWORKS = ("cross_stitch", "nddr", "mtan")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A folder with single-task runs in `single`, scored, and the settings of soft sharing on the same images."""
    folder = tmp_path_factory.mktemp("study")
    config = tiny_training(folder / "single", encoder="staged", steps=2, checkpoint_every=1)
    for run_dir in train_singles(config):
        evaluate(run_dir, time_it=False)

    def settings(network, **changes):
        start = () if network == "mtan" else (str(folder / "single"),)
        own = {"run_dir": str(folder / network), "network": network, "start_from": start}
        return dataclasses.replace(config, **(own | changes))

    return folder, settings


@pytest.fixture(scope="module")
def trained_networks(study):
    """The run directories of a finished and scored run of each kind."""
    folder, settings = study
    singles = [str(folder / "single" / task) for task in ("semseg", "depth")]
    runs = {network: train(settings(network)) for network in NETWORKS}
    for run_dir in runs.values():
        evaluate(run_dir, references=singles, time_it=False)
    return runs


def _weights(run_dir):
    return [variable.numpy() for variable in Run.load(run_dir).trained().network.variables]


def test_a_run_that_was_stopped_goes_on_without_the_networks_it_started_from(
    study, trained_networks, tmp_path, monkeypatch
):
    """Each kind of network from fresh weights: test_killed_runs.py."""
    # What a kill after the first checkpoint leaves.
    broken = tmp_path / "broken"
    shutil.copytree(trained_networks["nddr"], broken)
    for name in ("ckpt-2.index", "ckpt-2.data-00000-of-00001"):
        (broken / "checkpoints" / name).unlink()
    _, settings = study
    monkeypatch.setattr(train_loop, "start_network", lambda *_: pytest.fail("It began anew."))
    train(settings("nddr", run_dir=str(broken)))
    for ours, theirs in zip(_weights(broken), _weights(trained_networks["nddr"]), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_identity_units_start_from_the_outputs_of_the_single_networks(study):
    folder, settings = study
    run = Run.begin(settings("cross_stitch", run_dir=str(folder / "begun"), own_share=1.0))
    model = Trainer(run.settings, run.encoder, run.tasks, run.structure).model
    start_network(model, run)
    image = np.random.default_rng(0).uniform(0, 255, (2, 32, 40, 3)).astype("float32")
    for name, output in model(image).items():
        single = Run.load(str(folder / "single" / name)).trained().network
        np.testing.assert_array_equal(output, single(image)[name])
    shutil.rmtree(folder / "begun")


@pytest.mark.parametrize("network", NETWORKS)
def test_metrics_are_made_as_for_a_tree(network, trained_networks):
    run = Run.load(trained_networks[network])
    assert not os.path.exists(run.paths.grouping)
    cost = run.metrics["cost"]
    assert {"parameters", "multiply_adds", "paper_multiply_adds"} <= set(cost) and min(cost.values()) > 0
    assert run.metrics["delta_m"]["per_task"].keys() == {"semseg", "depth"}


def test_exports_and_predictions_are_made_as_for_a_tree(trained_networks, tmp_path):
    """Of the networks without units of their own: tests/export/test_folding.py."""
    model = export_saved_model(trained_networks["cross_stitch"], str(tmp_path / "model"), images=1)
    (tmp_path / "photographs").mkdir()
    Image.fromarray(np.zeros((33, 47, 3), np.uint8)).save(tmp_path / "photographs" / "one.png")
    assert predict_folder(model, str(tmp_path / "photographs"), str(tmp_path / "out")) == 1
    assert np.load(tmp_path / "out" / "depth" / "one.npy").shape == (33, 47)


def test_a_report_has_them_in_one_table_and_says_what_they_are(trained_networks, study):
    found = read_study(study[0])
    assert not found.remarks
    (table,) = comparison_tables(found.runs)
    methods = {entry.name: (entry.method, entry.about) for entry in table.entries if not entry.single}
    assert methods["mtan"] == ("mtan", "soft sharing by MTAN's attention")
    assert methods["nddr"][0] == "nddr" and "from single-task networks" in methods["nddr"][1]
    page = render(found)
    assert all(f"<b>{network}</b>" in page for network in NETWORKS) and "; no tree" in page


def test_what_needs_a_tree_says_why_there_is_none(trained_networks, tmp_path):
    runs = [trained_networks["nddr"], trained_networks["mtan"]]
    with pytest.raises(
        ValueError, match=r"must be single-task runs.*network='nddr', in which the features of each task"
    ):
        measure_affinity(runs, str(tmp_path / "affinity"), images=3)
    with pytest.raises(ValueError, match=r"must be a run with a tree.*network='mtan'"):
        _ = Run.load(trained_networks["mtan"]).grouping


def test_matched_norms_are_matched_before_the_first_step(study, tmp_path):
    run = Run.begin(study[1]("nddr", run_dir=str(tmp_path), match_norms=True))
    model = Trainer(run.settings, run.encoder, run.tasks, run.structure).model
    start_network(model, run)
    norm = model.get_layer("unit_one_depth_bn")
    np.testing.assert_array_equal(norm.beta, norm.moving_mean)
    assert np.abs(norm.beta).max() > 0


def test_a_single_run_without_a_variable_is_refused(study, tmp_path):
    folder, settings = study
    shutil.copytree(folder / "single", tmp_path / "single")
    checkpoints = tmp_path / "single" / "depth" / "checkpoints"
    run = Run.load(str(tmp_path / "single" / "depth"))
    model = run.trained().network
    shutil.rmtree(checkpoints)
    Checkpoints(str(checkpoints), model=model.get_layer("one_g0")).save(2)
    new = settings("nddr", run_dir=str(tmp_path / "nddr"), start_from=(str(tmp_path / "single"),))
    with pytest.raises(ValueError, match="must be whole and of this network"):
        train(new)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start_from": ("single/depth",)}, r"must hold a single-task run for every task .*none for \['semseg'\]"),
        ({"start_from": ("single", "single/depth")}, "must be runs of a single task each, one per task"),
        ({"output_stride": 16}, "of the same network, weights and held-out images.*'output_stride'"),
        ({"held_out": 2}, "'held_out'"),
        ({"heads": {"depth": "psp"}}, r"'heads': \(\{\}, \{'depth': 'psp'\}\)"),
        ({"data": "scenes:train=12,val=4,height=32,width=32,seed=2"}, "must be runs on the same images"),
        ({"start_from": ("nowhere",)}, "`start_from` must be run directories"),
    ],
)
def test_what_a_run_cannot_start_from_is_refused_before_anything_is_written(changes, message, study, tmp_path):
    folder, settings = study
    if "start_from" in changes:
        changes = changes | {"start_from": tuple(str(folder / path) for path in changes["start_from"])}
    config = settings("nddr", run_dir=str(tmp_path / "refused"), **changes)
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        train(config)
    assert not (tmp_path / "refused").exists()


def test_an_unfinished_single_run_is_refused(study, tmp_path):
    folder, settings = study
    shutil.copytree(folder / "single", tmp_path / "single")
    (tmp_path / "single" / "depth" / "checkpoints" / "ckpt-2.index").unlink()
    with pytest.raises(ValueError, match=r"must be finished runs.*no checkpoint of step 2"):
        train(settings("nddr", run_dir=str(tmp_path / "nddr"), start_from=(str(tmp_path / "single"),)))


def test_another_start_is_refused_when_a_run_goes_on(study, trained_networks):
    with pytest.raises(ValueError, match="`start_from` must stay as the run was begun with"):
        train(study[1]("nddr", start_from=()))
    with pytest.raises(ValueError, match="`network` must stay as the run was begun with"):
        train(study[1]("cross_stitch", run_dir=trained_networks["nddr"]))
