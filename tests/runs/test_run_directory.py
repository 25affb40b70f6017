"""A run directory is begun once and resumed only with what it was begun with."""

import dataclasses
import json
import os

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.runs.config import RunConfig, TrainConfig
from bmt_tf.runs.run_directory import (
    begin_run,
    check_writable,
    load_config,
    load_grouping,
    read_json,
    save_grouping,
    write_json,
)

DATA = {"name": "scenes", "fingerprint": "abc"}


@pytest.fixture
def grouping(tree):
    return Grouping.load(tree)


def test_begun_run_holds_settings_tree_and_versions(tiny, grouping):
    config = tiny()
    begin_run(config, grouping, DATA)
    content = read_json(os.path.join(config.run_dir, "config.json"))
    assert load_config(config.run_dir, TrainConfig) == config
    assert Grouping.load(os.path.join(config.run_dir, "grouping.json")) == grouping
    assert (content["data"], content["seed"], content["kind"]) == (DATA, 3, "TrainConfig")
    assert {"tensorflow", "keras", "bmt_tf"} <= content["versions"].keys()


def test_resuming_may_change_what_does_not_change_the_result(tiny, grouping):
    config = tiny()
    begin_run(config, grouping, DATA)
    begin_run(
        dataclasses.replace(config, log_every=1, checkpoint_every=7, replicas=2, grouping="moved.json"), grouping, DATA
    )


@pytest.mark.parametrize(
    "change", [{"batch_size": 4}, {"loss_weights": {"depth": 2.0}}, {"scales": (1.0,)}, {"held_out": 2}]
)
def test_resuming_with_another_setting_names_it(tiny, grouping, change):
    config = tiny()
    begin_run(config, grouping, DATA)
    with pytest.raises(ValueError, match=f"`{next(iter(change))}` must stay"):
        begin_run(dataclasses.replace(config, **change), grouping, DATA)


def test_resuming_with_other_files_is_refused(tiny, grouping):
    config = tiny()
    begin_run(config, grouping, DATA)
    with pytest.raises(ValueError, match="`data` must hold the files the run was begun with"):
        begin_run(config, grouping, DATA | {"fingerprint": "def"})


def test_setting_that_an_older_version_did_not_know_has_its_default(tiny, grouping):
    config = tiny()
    begin_run(config, grouping, DATA)
    path = os.path.join(config.run_dir, "config.json")
    content = read_json(path)
    del content["config"]["bfloat16"]
    write_json(path, content)
    begin_run(config, grouping, DATA)
    with pytest.raises(ValueError, match="`bfloat16` must stay"):
        begin_run(dataclasses.replace(config, bfloat16=True), grouping, DATA)


def test_run_of_another_kind_is_refused(tiny, grouping):
    config = tiny()
    begin_run(config, grouping, DATA)
    with pytest.raises(ValueError, match="must be a run of RunConfig"):
        load_config(config.run_dir, RunConfig)


def test_workers_that_do_not_write_leave_nothing(tiny, grouping, tmp_path):
    begin_run(tiny(), grouping, DATA, writes=False)
    assert not list(tmp_path.iterdir())


def test_directory_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    where = str(tmp_path / "file" / "run")
    with pytest.raises(OSError, match=f"`output` must be a directory that can be written. Received: output='{where}'"):
        check_writable(where, "output")


def test_missing_file_names_its_script_and_a_broken_one_itself(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"metrics.json; it is written by scripts/evaluate.py"):
        read_json(str(tmp_path / "metrics.json"))
    path = tmp_path / "training.json"
    path.write_text(json.dumps({"steps": 1})[:-3])
    with pytest.raises(ValueError, match=r"training.json` must be JSON"):
        read_json(str(path))


def test_remote_directories_hold_runs(tiny, grouping):
    # TensorFlow's file system in memory stands for a remote one.
    config = dataclasses.replace(tiny(), run_dir="ram://begun/run")
    begin_run(config, grouping, DATA)
    begin_run(config, grouping, DATA)
    assert load_config("ram://begun/run", TrainConfig) == config
    save_grouping(grouping, "ram://begun/tree.json")
    assert load_grouping("ram://begun/tree.json") == grouping
