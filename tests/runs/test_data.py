"""What a run uses of its data; what does not fit is refused before any work."""

import os
import shutil

import numpy as np
import pytest
from PIL import Image

from bmt_tf.runs import Run
from bmt_tf.runs import data as data_module
from bmt_tf.runs.data import refuse_faulty, tasks_of, with_heads
from bmt_tf.tasks import get_task
from bmt_tf.training import train

SEMSEG = {
    "semseg": ({"kind": "segmentation", "channels": 3}, lambda random, _: random.integers(0, 3, [32, 32], np.uint8))
}


def test_tasks_get_the_weights_of_the_run(tiny):
    tasks = tasks_of(tiny(loss_weights={"depth": 7.0}))
    assert [(task.name, task.weight) for task in tasks] == [("semseg", 1.0), ("depth", 7.0)]


def test_tasks_get_the_heads_of_the_run_and_unknown_or_unfit_ones_are_refused(tiny):
    assert [task.head for task in tasks_of(tiny(heads={"depth": "psp"}))] == ["deeplab", "psp"]
    assert {task.head for task in with_heads([get_task("edge"), get_task("depth")], {"*": "psp"})} == {"psp"}
    with pytest.raises(ValueError, match=r"`head` of task depth must be one of .*'psp'.* Received: head='pyramid'"):
        tasks_of(tiny(heads={"depth": "pyramid"}))
    with pytest.raises(ValueError, match=r"`heads` must name tasks among \['depth'\].* Received: \['edge'\]"):
        with_heads([get_task("depth")], {"*": "psp", "edge": "psp"})
    with pytest.raises(ValueError, match=r"`head` of task scene must have outputs per image"):
        with_heads([get_task("depth"), get_task("scene")], {"*": "psp"})


def test_task_without_labels_is_refused(tiny):
    with pytest.raises(ValueError, match=r"`tasks` must be among .*'depth'.* Received: \['smiling'\]"):
        tasks_of(tiny(tasks=("depth", "smiling")))


def test_holding_out_too_many_is_refused_before_anything_is_written(tiny, tmp_path):
    with pytest.raises(ValueError, match=r"`held_out` must leave at least a batch of 2 of the 12 .*held_out=11"):
        Run.begin(tiny(held_out=11))
    assert not list(tmp_path.iterdir())


def test_faulty_files_are_listed_before_a_training_begins(tiny, photographs, tmp_path):
    data = photographs(SEMSEG)
    image, label = (tmp_path / "photographs" / "train" / folder for folder in ("image/1.png", "semseg/4.png"))
    image.write_bytes(image.read_bytes()[:100])
    (label.parent / "5.png").write_bytes(label.read_bytes())
    Image.fromarray(np.full([32, 32], 9, np.uint8)).save(label)
    config = tiny(data=data, tasks=("semseg",))
    with pytest.raises(ValueError, match=r"(?s)with 2 problems:.*image/1.png.*semseg/4.png.*classes 0 to 2.*9"):
        train(config)
    assert not os.path.exists(config.run_dir)
    refuse_faulty(Run(tiny()).split("train"), Run(tiny()).tasks)


def test_a_label_out_of_range_in_val_is_found_before_training(tiny, photographs, tmp_path, monkeypatch):
    data, logged = photographs(SEMSEG), []
    for level in ("info", "warning"):
        monkeypatch.setattr(data_module.logging, level, lambda text, *values: logged.append(text % values))
    (tmp_path / "photographs" / "train" / "image" / "notes.txt").write_text("harmless")
    config = tiny(data=data, tasks=("semseg",))
    refuse_faulty(Run(config).split("train"), Run(config).tasks, data)
    assert "Looked at 4 of 4 examples of folder (val)." in logged
    assert any("notes.txt" in line for line in logged)
    label = tmp_path / "photographs" / "val" / "semseg" / "3.png"
    Image.fromarray(np.full([32, 32], 9, np.uint8)).save(label)
    with pytest.raises(ValueError, match=r"(?s)\(val\) with 1 problems:.*val/semseg/3.png.*classes 0 to 2.*9"):
        Run.begin(config)
    shutil.rmtree(tmp_path / "photographs" / "val")
    refuse_faulty(Run(config).split("train"), Run(config).tasks, data)
    assert any("Split 'val' is not looked at" in line for line in logged)
