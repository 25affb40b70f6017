"""A run is begun once and resumed only with what it was begun with; loaded, it gives all that follows from it."""

import dataclasses
import os
import shutil

import keras
import numpy as np
import pytest
from tiny_runs import begun_run

from bmt_tf._files import read_json, write_json
from bmt_tf.grouping import Grouping
from bmt_tf.runs import Run, RunConfig, TrainConfig

SEMSEG = {
    "semseg": ({"kind": "segmentation", "channels": 3}, lambda random, _: random.integers(0, 3, [32, 32], np.uint8))
}


def test_begun_run_holds_settings_tree_and_versions(tiny, tree):
    config = tiny(grouping=tree)
    begun = Run.begin(config)
    loaded = Run.load(config.run_dir, TrainConfig)
    assert loaded.settings == begun.settings == config
    assert loaded.grouping == begun.grouping == Grouping.load(tree)
    content = read_json(os.path.join(config.run_dir, "config.json"))
    assert content == loaded.record and (content["seed"], content["kind"]) == (3, "TrainConfig")
    assert (content["places"], content["weights"]) == ({"data": config.data}, "")
    assert content["data"] == {"name": "scenes", "fingerprint": begun.split("train").fingerprint()}
    assert {"tensorflow", "keras", "bmt_tf"} <= content["versions"].keys()


def test_resuming_may_change_what_does_not_change_the_result(tiny, tree, tmp_path):
    config = tiny(grouping=tree)
    begun_run(config)
    moved = shutil.copy(tree, tmp_path / "moved.json")
    Run.begin(dataclasses.replace(config, log_every=1, checkpoint_every=7, replicas=2, grouping=str(moved)))


@pytest.mark.parametrize(
    "change", [{"batch_size": 4}, {"loss_weights": {"depth": 2.0}}, {"scales": (1.0,)}, {"held_out": 2}]
)
def test_resuming_with_another_setting_names_it(tiny, change):
    config = tiny()
    begun_run(config)
    with pytest.raises(ValueError, match=f"`{next(iter(change))}` must stay"):
        Run.begin(dataclasses.replace(config, **change))


def test_resuming_with_another_tree_is_refused(tiny, tree):
    config = tiny(grouping=tree)
    begun_run(config)
    with pytest.raises(ValueError, match=r"(?s)`grouping` must be the one the run was begun with, .*grouping\.json"):
        Run.begin(dataclasses.replace(config, grouping="shared"))


def test_resuming_with_other_files_is_refused(tiny, photographs, tmp_path):
    config = tiny(data=photographs(SEMSEG), tasks=("semseg",))
    begun_run(config)
    (tmp_path / "photographs" / "train" / "semseg" / "1.png").unlink()
    with pytest.raises(ValueError, match="`data` must hold the files the run was begun with"):
        Run.begin(config)


def test_a_run_that_ended_before_its_first_checkpoint_is_begun_anew_with_other_settings(tiny):
    config = tiny(weights="wrong.h5")
    left = Run.begin(config)
    for path in (left.paths.split, left.paths.costs):  # of a search of other settings
        write_json(path, {})
    other = dataclasses.replace(config, weights="", batch_size=4)
    assert Run.begin(other).record["weights"] == "" and Run.load(config.run_dir).settings == other
    assert not os.path.exists(left.paths.split) and not os.path.exists(left.paths.costs)


def test_a_run_of_steps_is_bound_though_its_checkpoints_are_gone(tiny):
    config = tiny()
    write_json(Run.begin(config).paths.training, {"steps": 4})
    with pytest.raises(ValueError, match="`batch_size` must stay"):
        Run.begin(dataclasses.replace(config, batch_size=4))


def test_a_run_is_the_same_by_another_spelling_from_another_directory_and_with_its_data_moved(
    tiny, photographs, tmp_path, monkeypatch
):
    photographs(SEMSEG)
    monkeypatch.chdir(tmp_path)
    begun_run(tiny(run_dir="run", data="photographs", tasks=("semseg",), weights=""))
    monkeypatch.chdir("/")
    spelt = f"{tmp_path}/run/../run/"
    assert len(Run.load(spelt).split("val")) == 4
    Run.begin(tiny(run_dir=spelt, data=f"{tmp_path}/./photographs", tasks=("semseg",)))
    os.rename(tmp_path / "photographs", tmp_path / "moved")
    with pytest.raises(FileNotFoundError, match=r"`data` \(--data\) says where it is now"):
        Run.load(spelt).split("val")
    with pytest.raises(FileNotFoundError, match=r"`data` \(--data\) says where it is now"):
        Run.load(spelt).tasks  # noqa: B018
    assert len(Run.load(spelt, data_now=str(tmp_path / "moved")).split("val")) == 4
    (tmp_path / "moved" / "train" / "semseg" / "1.png").unlink()
    with pytest.raises(ValueError, match="`data` must hold the files the run was begun with"):
        Run.load(spelt, data_now=str(tmp_path / "moved")).split("val")


def test_data_that_moves_together_with_its_runs_is_found_by_the_path_that_was_told(
    tiny, photographs, tmp_path, monkeypatch
):
    photographs(SEMSEG)
    (tmp_path / "here").mkdir()
    os.rename(tmp_path / "photographs", tmp_path / "here" / "photographs")
    monkeypatch.chdir(tmp_path / "here")
    begun_run(tiny(run_dir="run", data="photographs", tasks=("semseg",)))
    os.rename(tmp_path / "here", tmp_path / "there")
    monkeypatch.chdir(tmp_path / "there")
    assert len(Run.load("run").split("val")) == 4


def test_setting_that_an_older_version_did_not_know_has_its_default(tiny):
    config = tiny()
    path = begun_run(config).paths.config
    content = read_json(path)
    del content["config"]["bfloat16"]
    write_json(path, content)
    begun_run(config)
    with pytest.raises(ValueError, match="`bfloat16` must stay"):
        Run.begin(dataclasses.replace(config, bfloat16=True))


def test_run_of_another_kind_is_refused(tiny):
    config = tiny()
    Run.begin(config)
    with pytest.raises(ValueError, match="must be a run of RunConfig"):
        Run.load(config.run_dir, RunConfig)


def test_workers_that_do_not_write_leave_nothing_and_know_the_tree(tiny, tree, tmp_path):
    run = Run.begin(tiny(grouping=tree), writes=False)
    assert not list(tmp_path.iterdir())
    assert run.grouping.branches == (1, 2, 2)


def test_what_must_hold_before_the_first_step_is_not_asked_of_a_run_with_checkpoints(trained, copied):
    def refuse(run):
        raise ValueError(f"not so: {run.path}")

    with pytest.raises(ValueError, match=r"not so: .*elsewhere"):
        Run.begin(dataclasses.replace(trained, run_dir=f"{trained.run_dir}_elsewhere"), check=refuse)
    assert not os.path.exists(f"{trained.run_dir}_elsewhere")
    Run.begin(dataclasses.replace(trained, run_dir=str(copied(trained.run_dir))), check=refuse)


def test_remote_directories_hold_runs(tiny, tree):
    # TensorFlow's file system in memory stands for a remote one.
    config = dataclasses.replace(tiny(grouping=tree), run_dir="ram://begun/run")
    Run.begin(config)
    Run.begin(config)
    assert Run.load("ram://begun/run", TrainConfig).settings == config
    Grouping.load(tree).save("ram://begun/tree.json")
    assert Grouping.load("ram://begun/tree.json") == Grouping.load(tree)


def test_trained_gives_the_network_of_a_step_and_leaves_the_dtype_policy(trained):
    policy, run = keras.config.dtype_policy(), Run.load(trained.run_dir)
    network, step = run.trained()
    assert (run.settings, step, run.grouping.branches) == (trained, 3, (1, 2, 2))
    assert (run.saved_steps[-1], run.finished) == (3, True)
    assert keras.config.dtype_policy() == policy
    earlier = run.trained(2)
    assert earlier.step == 2
    assert not np.array_equal(earlier.network.variables[0].numpy(), network.variables[0].numpy())


def test_run_without_checkpoint_names_the_script(trained, copied, tmp_path):
    copied(trained.run_dir)
    for file in (tmp_path / "copy" / "checkpoints").iterdir():
        file.unlink()
    run = Run.load(str(tmp_path / "copy"))
    assert not run.finished
    with pytest.raises(FileNotFoundError, match=r"no checkpoint in .*copy; it is written by scripts/train.py"):
        run.trained()


def test_held_out_images_are_apart_and_always_the_same(tiny):
    run, other = Run(tiny(held_out=4)), Run(tiny("other", held_out=4))
    assert sorted([*run.training_images, *run.held_out_images]) == list(range(12))
    assert len(run.held_out_images) == 4
    np.testing.assert_array_equal(other.held_out_images, run.held_out_images)


def test_missing_split_is_named(tiny, photographs):
    config = tiny(data=photographs(SEMSEG), tasks=("semseg",))
    os.rename(os.path.join(config.data, "val"), os.path.join(config.data, "validation"))
    with pytest.raises(FileNotFoundError, match=r"`split` must name a folder with images.*'val'"):
        Run(config).split("val")
