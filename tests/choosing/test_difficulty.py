"""From a shared run to who is hard for whom: the right images, the loss of each alone, and clear words where not."""

import dataclasses
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from tiny_runs import change_record

from bmt_tf.choosing.difficulty import image_losses, measure_difficulty
from bmt_tf.runs import Run
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.runs.paths import RunPaths
from bmt_tf.search.difficulty_file import Difficulty


@pytest.fixture
def run_dir(trained_shared, copied):
    """A copy of the shared run that nothing was measured on, which may be written to."""
    path = copied(trained_shared)
    Path(RunPaths(str(path)).difficulty).unlink(missing_ok=True)
    return str(path)


def test_losses_are_those_of_each_held_out_image_alone(run_dir):
    found = measure_difficulty(run_dir, batch_size=3)
    run = Run.load(run_dir)
    network, source = run.trained().network, run.split("train")
    expected = []
    for index in run.held_out_images:
        example = source[index]
        outputs = network(example["image"][None].astype(np.float32), training=False)
        labels = {task.name: example["labels"][task.name][None] for task in run.tasks}
        losses = [
            task.loss(outputs[task.name], labels[task.name], task.loss.counts(labels[task.name])) for task in run.tasks
        ]
        expected.append([float(loss) for loss in losses])
    np.testing.assert_allclose(found.losses, expected, rtol=1e-4)
    assert found.tasks == ("semseg", "depth") and found.step == 3
    assert found.images == tuple(source.ids[index] for index in run.held_out_images)
    assert found.measured_on["fingerprint"] == source.fingerprint() and found.measured_on["encoder"] == "small"


def test_what_was_measured_is_kept_with_the_run_until_it_is_trained_further(run_dir, monkeypatch):
    first = measure_difficulty(run_dir)
    monkeypatch.setattr("bmt_tf.choosing.difficulty.image_losses", lambda *args, **more: pytest.fail("measured again"))
    np.testing.assert_array_equal(measure_difficulty(run_dir).losses, first.losses)
    monkeypatch.undo()
    path = Run.load(run_dir).paths.difficulty
    dataclasses.replace(first, step=2, losses=first.losses + 1).save(path)
    np.testing.assert_allclose(measure_difficulty(run_dir).losses, first.losses)
    assert Difficulty.load(path).step == 3


class Gapped:
    """A source whose first image lacks depth, its images of two sizes."""

    def __init__(self, source):
        self.source, self.name, self.split, self.tasks, self.ids = source, "gapped", "train", source.tasks, source.ids

    def __len__(self):
        return len(self.source)

    def __getitem__(self, index):
        example, keep = self.source[index], 32 - 3 * (index % 2)
        labels = {name: label[:keep].copy() for name, label in example["labels"].items()}
        if index == 0:
            labels["depth"][:] = np.nan
        return {"image": example["image"][:keep], "labels": labels, "id": example["id"]}


def test_losses_do_not_depend_on_the_batch_and_are_open_where_there_is_no_label(trained_shared):
    run = Run.load(trained_shared)
    source, indices = Gapped(run.split("train")), np.array([0, 1, 2, 3, 5])
    network, settings = run.trained().network, {"stride": run.encoder.stride, "indices": indices}
    together = image_losses(network, source, run.tasks, batch_size=4, **settings)
    apart = image_losses(network, source, run.tasks, batch_size=1, **settings)
    np.testing.assert_allclose(together, apart, rtol=1e-4)
    np.testing.assert_array_equal(np.isnan(together), [[False, True]] + 4 * [[False, False]])


def test_network_that_puts_out_no_numbers_is_refused_with_task_and_image(run_dir):
    run = Run.load(run_dir)
    network = run.trained().network
    for variable in network.get_layer("head_depth").trainable_variables:
        variable.assign(variable * np.nan)
    Checkpoints(run.paths.checkpoints, model=network).save(3)
    with pytest.raises(ValueError, match=r"must be finite.*inf of task 'depth' on image 'train_0"):
        measure_difficulty(run_dir)
    assert not os.path.exists(run.paths.difficulty)


def test_runs_that_say_nothing_of_what_is_hard_are_refused(run_dir, trained, trained_singles):
    with pytest.raises(ValueError, match=r"`shared` must be a run of at least two tasks that share.*2 tasks in \(1, 2"):
        measure_difficulty(trained.run_dir)
    with pytest.raises(ValueError, match=r"`shared` must be a run of at least two tasks.*1 tasks in \(1, 1, 1\)"):
        measure_difficulty(trained_singles["depth"])
    change_record(run_dir, "data", "fingerprint", value="other")
    with pytest.raises(ValueError, match="`shared` must be trained on the data as it is now"):
        measure_difficulty(run_dir)
    change_record(run_dir, "config", "held_out", value=0)
    with pytest.raises(ValueError, match=r"`shared` must be a run that set images aside.*held_out=0"):
        measure_difficulty(run_dir)
    shutil.rmtree(os.path.join(run_dir, "checkpoints"))
    with pytest.raises(ValueError, match=r"`shared` must be a finished run.*no checkpoint of step 3"):
        measure_difficulty(run_dir)
