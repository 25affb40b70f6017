"""Each of the papers' data sets in miniature: written in its own layout, and taken the whole road of BMN."""

import json
import os

import pytest
from tiny_runs import tiny_training

from bmt_tf.choosing import ChoiceConfig, choose_tree, measure_affinity
from bmt_tf.data import Scenes, check_data, data_tasks, write_layout
from bmt_tf.export import export_saved_model
from bmt_tf.export.description import FILE, FOLDER
from bmt_tf.training import evaluate, train, train_singles

pytestmark = [pytest.mark.long, pytest.mark.whole]

# Two of the tasks of each, so that every kind of label is among them that no other test trains on from files.
TASKS = {
    "nyud": ("depth", "normals"),
    "pascal_context": ("human_parts", "edge"),
    "cityscapes": ("instances", "disparity"),
    "taskonomy": ("keypoints", "scene_63"),
    "celeba": ("male", "attributes"),
}


@pytest.mark.parametrize("layout", TASKS)
def test_a_miniature_is_checked_trained_measured_branched_scored_and_exported(layout, tmp_path):
    data, tasks = str(tmp_path / "data"), TASKS[layout]
    write_layout({split: Scenes(split, count, 32, 32) for split, count in (("train", 10), ("val", 3))}, data, layout)
    assert set(tasks) <= set(data_tasks(data))
    assert [problem for problem in check_data(data, splits=["train", "val"]) if problem.grave] == []

    changes = {"data": data, "tasks": tasks, "steps": 2, "held_out": 4, "replicas": 1}
    singles = train_singles(tiny_training(tmp_path / "single", **changes))
    measured = measure_affinity(singles, str(tmp_path / "affinity"), replicates=2)
    assert measured.tasks == tasks and measured.affinity.shape == (3, 2, 2)
    choice = choose_tree(
        ChoiceConfig(output=str(tmp_path / "tree"), affinity=str(tmp_path / "affinity"), budget="95%", replicates=0)
    )
    run = train(tiny_training(tmp_path / "branched", grouping=str(tmp_path / "tree" / "grouping.json"), **changes))
    scores = evaluate(run, time_it=False)
    assert scores["cost"]["multiply_adds"] == choice.cost
    assert all(scores["tasks"][task]["images"] > 0 for task in tasks)
    exported = export_saved_model(run, images=1)
    with open(os.path.join(exported, FOLDER, FILE)) as file:
        assert set(json.load(file)["tasks"]) == set(tasks)
