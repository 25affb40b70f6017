"""Scores, costs and the gain over single-task networks; references of other settings are refused."""

import json
import os

import numpy as np
import pytest
from tiny_runs import change_record, tiny_training

from bmt_tf.costs import model_cost
from bmt_tf.costs.timing import Timing
from bmt_tf.export import export_saved_model
from bmt_tf.runs import Run
from bmt_tf.runs.scoring import score, score_row
from bmt_tf.training import evaluation, train
from bmt_tf.training.evaluation import evaluate


def _change(run_dir, file, *keys, value):
    """Changes one entry of a JSON file of a run."""
    path = os.path.join(run_dir, file)
    content = json.loads(open(path).read())
    place = content
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    with open(path, "w") as file:
        json.dump(content, file)


@pytest.fixture
def loaded_once(trained_network, monkeypatch):
    """Evaluations take the network of `trained` as it was loaded once."""
    monkeypatch.setattr(Run, "trained", lambda run, step: trained_network)


@pytest.fixture(scope="module")
def trained_network(trained):
    """The network of `trained`, and the step it is of."""
    return Run.load(trained.run_dir).trained()


def test_metrics_hold_scores_costs_and_gain(trained, trained_network, trained_singles, copied):
    run_dir = str(copied(trained.run_dir))
    metrics = evaluate(run_dir, references=list(trained_singles.values()), batch_size=3)
    assert json.loads(open(os.path.join(run_dir, "metrics.json")).read()) == metrics
    assert (metrics["split"], metrics["images"], metrics["step"]) == ("val", 4, 3)
    assert {
        name: (row["measure"], row["unit"], row["images"], row["lower_is_better"])
        for name, row in metrics["tasks"].items()
    } == {"semseg": ("mIoU", "", 4, False), "depth": ("RMSE", "m", 4, True)}
    model = trained_network.network
    assert metrics["cost"]["multiply_adds"] == model_cost(model, "multiply_adds", (32, 32))
    assert metrics["cost"]["milliseconds"] > 0
    singles = {
        name: json.loads(open(f"{run}/metrics.json").read())["tasks"][name]["value"]
        for name, run in trained_singles.items()
    }
    ours = {name: row["value"] for name, row in metrics["tasks"].items()}
    gains = {
        "semseg": 100 * (ours["semseg"] / singles["semseg"] - 1),
        "depth": 100 * (1 - ours["depth"] / singles["depth"]),
    }
    assert metrics["delta_m"]["references"] == trained_singles
    assert metrics["delta_m"]["per_task"] == pytest.approx(gains)
    assert metrics["delta_m"]["value"] == pytest.approx(sum(gains.values()) / 2)


def test_scores_are_those_of_single_images_whatever_the_batch(trained, trained_network):
    model = trained_network.network
    source, tasks = Run(trained).split("val"), Run(trained).tasks
    rows = score(model, source, tasks, stride=8, batch_size=3)
    errors = []
    for index in range(len(source)):
        example = source[index]
        depth = model(example["image"][None].astype(np.float32), training=False)["depth"].numpy()[0]
        error = np.maximum(depth, 0) - example["labels"]["depth"]
        errors.append(error[np.isfinite(error)])
    assert rows["depth"]["value"] == pytest.approx(np.sqrt(np.mean(np.concatenate(errors) ** 2)), rel=1e-4)
    assert score(model, source, tasks, stride=8, batch_size=1)["semseg"] == rows["semseg"]


@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize(
    ("file", "keys", "value", "named"),
    [
        ("config.json", ("config", "learning_rate"), 0.5, "'learning_rate'"),
        ("config.json", ("config", "bfloat16"), True, "'bfloat16'"),
        ("config.json", ("data", "fingerprint"), "other", "'data'"),
        ("metrics.json", ("fingerprint",), "other", "'scored fingerprint'"),
        ("metrics.json", ("split",), "train", "'scored split'"),
        ("metrics.json", ("step",), 2, "'scored step'"),
    ],
)
def test_references_of_other_settings_or_images_are_refused(trained, trained_singles, copied, file, keys, value, named):
    run_dir, reference = str(copied(trained.run_dir, "run")), str(copied(trained_singles["depth"], "depth"))
    _change(reference, file, *keys, value=value)
    with pytest.raises(ValueError, match=f"`references` must be runs of the same settings.*{reference}.*{named}"):
        evaluate(run_dir, references=[trained_singles["semseg"], reference])
    assert not os.path.exists(os.path.join(run_dir, "metrics.json"))


@pytest.mark.usefixtures("loaded_once")
def test_references_are_one_scored_run_of_each_task(trained, trained_singles, copied):
    run_dir, depth = str(copied(trained.run_dir, "run")), str(copied(trained_singles["depth"], "depth"))
    semseg = trained_singles["semseg"]
    with pytest.raises(ValueError, match=r"single-task run for every task. Received: none for \['depth'\]"):
        evaluate(run_dir, references=[semseg])
    with pytest.raises(ValueError, match="one per task"):
        evaluate(run_dir, references=[depth, semseg, trained_singles["depth"]])
    _change(depth, "metrics.json", "tasks", "depth", "value", value=None)
    with pytest.raises(ValueError, match=r"finite and not zero. Received: None"):
        evaluate(run_dir, references=[semseg, depth])
    os.remove(os.path.join(depth, "metrics.json"))
    with pytest.raises(FileNotFoundError, match=r"metrics.json; it is written by scripts/evaluate.py"):
        evaluate(run_dir, references=[semseg, depth])
    evaluate(run_dir, time_it=False)
    with pytest.raises(ValueError, match="of a single task each"):
        evaluate(run_dir, references=[semseg, run_dir])


@pytest.mark.usefixtures("loaded_once")
def test_score_that_is_not_finite_is_kept_as_none_and_gives_no_delta_m(trained, trained_singles, copied, monkeypatch):
    def broken(model, source, tasks, **settings):
        return {task.name: score_row(task, _Broken()) for task in tasks}

    monkeypatch.setattr(evaluation, "score", broken)
    run_dir = str(copied(trained.run_dir))
    metrics = evaluate(run_dir, references=list(trained_singles.values()), time_it=False)
    assert metrics["delta_m"] is None
    assert metrics["tasks"]["depth"]["value"] is None
    assert "milliseconds" not in metrics["cost"]


@pytest.mark.usefixtures("loaded_once")
def test_milliseconds_are_measured_once_for_the_same_weights_threads_and_machine(trained, copied, monkeypatch):
    measured = []

    def measure(network, size):
        measured.append(size)
        return Timing(float(len(measured)), 0.0, 1)

    monkeypatch.setattr(evaluation, "graph_latency", measure)
    monkeypatch.setattr(evaluation, "score", lambda *_, **__: {})
    run_dir = str(copied(trained.run_dir))

    def milliseconds(**settings):
        return evaluate(run_dir, **settings)["cost"]["milliseconds"]

    assert [milliseconds(), milliseconds(), milliseconds(time_it=True), milliseconds()] == [1.0, 1.0, 2.0, 2.0]
    _change(run_dir, "metrics.json", "timed", "threads", value="9x9")
    assert milliseconds() == 3.0
    _change(run_dir, "metrics.json", "weights", value="other")
    assert milliseconds() == 4.0
    with open(f"{run_dir}/metrics.json", "w") as file:
        file.write("{")
    assert milliseconds() == 5.0


class _Broken:
    def result(self):
        return float("nan")

    def images(self):
        return 0


def test_directory_that_cannot_be_written_is_refused_before_scoring(trained, monkeypatch):
    monkeypatch.setattr(Run, "trained", lambda *_: pytest.fail("The network was loaded."))
    with pytest.raises(OSError, match="`run_dir` must be a directory that can be written"):
        evaluate(os.path.join(trained.run_dir, "config.json"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The directory of a finished run that loads its images at half their size, and is scored at that size."""
    data = "scenes:train=4,val=2,height=48,width=64,seed=1"
    run_dir = tmp_path_factory.mktemp("loaded") / "run"
    return train(tiny_training(run_dir, data=data, load_size=(24,), image_size=(16, 16), steps=1))


@pytest.mark.parametrize("score_size", ["loaded", "original"])
def test_a_load_size_holds_in_training_scoring_and_export(loaded, copied, score_size):
    run_dir = str(copied(loaded))
    change_record(run_dir, "config", "score_size", score_size)
    run = Run.load(run_dir)
    assert run.split("train")[0]["image"].shape == (24, 32, 3) and run.stored_split("val").image_size(0) == (48, 64)
    assert run.scored_split("val")[0]["image"].shape[0] == {"loaded": 24, "original": 48}[score_size]
    metrics = evaluate(run_dir, time_it=False)
    assert all(np.isfinite(row["value"]) for row in metrics["tasks"].values())
    if score_size == "original":
        # The export, which resizes photographs inside, is held against the run as it sees them at their own size.
        exported = export_saved_model(run_dir, images=1)
        described = json.loads(open(os.path.join(exported, "assets.extra/signature.json")).read())
        assert described["input"]["resized_to"] == [24]
        assert described["made_by"]["compared"]["scores"]["depth"]["checkpoint"] > 0


def test_sizes_that_are_none_are_refused(tiny):
    for changes, message in (
        ({"load_size": (1, 2, 3)}, "`load_size` must be a height and a width in pixels, the shorter side alone, or"),
        ({"load_size": (0,)}, "`load_size` must"),
        ({"score_size": "half"}, r"`score_size` must be one of \('loaded', 'original'\)"),
    ):
        with pytest.raises(ValueError, match=message):
            tiny(**changes)
