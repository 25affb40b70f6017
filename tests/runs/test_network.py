"""Data, tree and network that settings name; what does not fit is refused before any work."""

import json
import os

import keras
import numpy as np
import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.runs.network import (
    load_network,
    make_encoder,
    open_split,
    refuse_faulty_data,
    resolve_grouping,
    training_indices,
)
from bmt_tf.training.train_loop import train

SEMSEG = {
    "semseg": ({"kind": "segmentation", "channels": 3}, lambda random, _: random.integers(0, 3, [32, 32], np.uint8))
}


def test_tasks_get_the_weights_of_the_run(tiny):
    _, tasks = open_split(tiny(loss_weights={"depth": 7.0}), "train")
    assert [(task.name, task.weight) for task in tasks] == [("semseg", 1.0), ("depth", 7.0)]


def test_task_without_labels_is_refused(tiny):
    with pytest.raises(ValueError, match=r"`tasks` must be among .*'depth'.* Received: \['attributes'\]"):
        open_split(tiny(tasks=("depth", "attributes")), "train")


def test_held_out_images_are_apart_and_always_the_same(tiny):
    config = tiny(held_out=4)
    source, _ = open_split(config, "train")
    trained_on, held_out = training_indices(config, source)
    assert sorted([*trained_on, *held_out]) == list(range(12))
    assert len(held_out) == 4
    np.testing.assert_array_equal(training_indices(tiny("other", held_out=4), source)[1], held_out)


def test_holding_out_too_many_is_refused(tiny):
    config = tiny(held_out=11)
    with pytest.raises(ValueError, match=r"`held_out` must leave at least a batch of 2 of the 12 .*held_out=11"):
        training_indices(config, open_split(config, "train")[0])


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("encoder", {"encoder": "resnet18"}),
        ("blocks", {"blocks": ("one", "two", "four")}),
        ("tasks", {"tasks": ("semseg", "normals")}),
        ("tasks", {"tasks": ("depth", "semseg")}),
    ],
)
def test_tree_for_something_else_is_refused(tiny, tmp_path, part, change):
    values = {"tasks": ("semseg", "depth"), "blocks": ("one", "two", "three"), "encoder": "small"} | change
    path = str(tmp_path / "tree.json")
    Grouping.shared(**values).save(path)
    config = tiny(grouping=path)
    with pytest.raises(ValueError, match=f"`grouping` must be made for the {part} of the run"):
        resolve_grouping(config, make_encoder(config))


def _broken(content, change):
    if change == "truncated":
        return json.dumps(content)[:-20]
    if change == "version":
        content["version"] = 99
    if change == "missing task":
        content["partitions"][1] = [["semseg"]]
    if change == "unknown task":
        content["partitions"][1] = [["semseg"], ["depth", "edge"]]
    if change == "no refinement":
        content["partitions"][2] = [["semseg", "depth"]]
    return json.dumps(content)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("truncated", "whole JSON"),
        ("version", "`version` must be 1"),
        ("missing task", "'two'.*'?depth"),
        ("unknown task", "'two'.*edge"),
        ("no refinement", "'three' must refine"),
    ],
)
def test_broken_tree_ends_a_training_before_it_begins(tiny, tree, tmp_path, change, message):
    path = tmp_path / "broken.json"
    path.write_text(_broken(json.loads(open(tree).read()), change))
    config = tiny(grouping=str(path))
    with pytest.raises(ValueError, match=rf"(?s)broken.json.*{message}"):
        train(config)
    assert not os.path.exists(config.run_dir)


def test_faulty_files_are_listed_before_a_training_begins(tiny, photographs, tmp_path):
    data = photographs(SEMSEG)
    image, label = (tmp_path / "photographs" / "train" / folder for folder in ("image/1.png", "semseg/4.png"))
    image.write_bytes(image.read_bytes()[:100])
    (label.parent / "5.png").write_bytes(label.read_bytes())
    from PIL import Image

    Image.fromarray(np.full([32, 32], 9, np.uint8)).save(label)
    config = tiny(data=data, tasks=("semseg",))
    with pytest.raises(ValueError, match=r"(?s)with 2 problems:.*image/1.png.*semseg/4.png.*classes 0 to 2.*9"):
        train(config)
    assert not os.path.exists(config.run_dir)
    refuse_faulty_data(*open_split(tiny(), "train"))


def test_missing_split_is_named(tiny, photographs):
    config = tiny(data=photographs(SEMSEG), tasks=("semseg",))
    os.rename(os.path.join(config.data, "val"), os.path.join(config.data, "validation"))
    with pytest.raises(FileNotFoundError, match=r"`split` must name a folder with images.*'val'"):
        open_split(config, "val")


def test_loading_gives_the_trained_network_and_leaves_the_dtype_policy(trained):
    policy = keras.config.dtype_policy()
    model, config, grouping, step = load_network(trained.run_dir)
    assert (config, step, grouping.branches) == (trained, 3, (1, 2, 2))
    assert keras.config.dtype_policy() == policy
    earlier, *_, step = load_network(trained.run_dir, 2)
    assert step == 2
    assert not np.array_equal(earlier.variables[0].numpy(), model.variables[0].numpy())


def test_run_without_checkpoint_names_the_script(trained, copied, tmp_path):
    copied(trained.run_dir)
    for file in (tmp_path / "copy" / "checkpoints").iterdir():
        file.unlink()
    with pytest.raises(FileNotFoundError, match=r"no checkpoint in .*copy; it is written by scripts/train.py"):
        load_network(str(tmp_path / "copy"))
