"""What a reported run says of the run that it shows."""

import dataclasses

import pytest

from bmt_tf.grouping import Grouping
from bmt_tf.report.study import Front, ReportedRun, Study
from bmt_tf.runs import Run, TrainConfig

SETTINGS = TrainConfig(run_dir="anywhere", data="scenes", tasks=("a", "b"), image_size=(32, 48), steps=4)


def reported(split="val", fingerprint="f", **changes):
    return ReportedRun(
        "one", Run(dataclasses.replace(SETTINGS, **changes), {"data": {"fingerprint": fingerprint}}), split=split
    )


def test_settings_that_may_differ_between_scores_do_not_part_runs():
    assert reported().table_key == reported(run_dir="elsewhere", seed=3, tasks=("a",), grouping="separate").table_key


@pytest.mark.parametrize(
    "changes", [{"steps": 5}, {"encoder": "resnet50"}, {"split": "train"}, {"fingerprint": "other"}]
)
def test_other_settings_data_and_splits_part_runs(changes):
    assert reported(**changes).table_key != reported().table_key


def test_what_was_learned_stands_before_how():
    assert next(iter(reported().compared)) == "data"
    assert "seed" not in reported().compared


def test_of_a_run_without_settings_nothing_is_known():
    bare = ReportedRun("bare")
    assert bare.seed is None and bare.compared == {} and bare.table_key == ("", "", 0, 0)


def test_trees_of_a_study_are_those_of_several_tasks():
    single, shared = (Grouping.shared(tasks, ("x",)) for tasks in (("a",), ("a", "b")))
    runs = [ReportedRun(name, grouping=tree) for name, tree in (("s", single), ("t", shared), ("u", None))]
    study = Study("study", tuple(runs), {}, (Front("f", (), chosen=shared), Front("g", ())), (), ())
    assert study.trees == [("t", shared), ("f", shared)]
