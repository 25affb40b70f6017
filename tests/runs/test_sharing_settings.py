"""The kind of network a run is told, and what goes with which."""

import dataclasses

import pytest

from bmt_tf.runs.config import TrainConfig

GIVEN = {"run_dir": "r", "data": "scenes", "tasks": ("semseg", "depth"), "image_size": (32, 32), "steps": 2}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"network": "sluice"}, "`network` must be one of"),
        ({"network": "nddr", "grouping": "runs/tree/grouping.json"}, "`grouping` must be left out for `network` nddr"),
        ({"network": "mtan", "tasks": ("depth",)}, "`tasks` must be at least two for `network` mtan"),
        (
            {"network": "mtan", "start_from": ("runs/single",)},
            "`start_from` must go with `network` cross_stitch or nddr",
        ),
        ({"start_from": ("runs/single",)}, "`start_from` must go with .*, not branched"),
        ({"network": "nddr", "per_channel": True}, "`per_channel` must go with `network` cross_stitch"),
        ({"stages_only": True}, "`stages_only` must go with"),
        ({"network": "cross_stitch", "match_norms": True}, "`match_norms` must go with `network` nddr"),
        ({"network": "nddr", "unit_rate": 0.0}, "`unit_rate` must be positive"),
        ({"network": "nddr", "own_share": float("nan")}, "`own_share` must be a finite number"),
    ],
)
def test_what_does_not_go_together_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        TrainConfig(**GIVEN | settings)


def test_runs_to_start_from_are_found_from_everywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = TrainConfig(**GIVEN, network="nddr", start_from=("single", "gs://bucket/single"))
    assert config.start_from == (str(tmp_path / "single"), "gs://bucket/single")
    assert TrainConfig.from_json(config.to_json()) == config


def test_how_tasks_share_is_said_in_a_line():
    config = TrainConfig(**GIVEN)
    assert config.has_tree and config.sharing_text == ""
    mtan = dataclasses.replace(config, network="mtan")
    assert not mtan.has_tree and mtan.sharing_text == "soft sharing by MTAN's attention"
    nddr = dataclasses.replace(config, network="nddr", start_from=("x",), stages_only=True, match_norms=True)
    assert nddr.sharing_text == (
        "soft sharing by NDDR units, own share 0.8, after stages only, norms matched, from single-task networks, units "
        "at 100 times the rate"
    )
    stitched = dataclasses.replace(config, network="cross_stitch", per_channel=True)
    assert "weights per channel" in stitched.sharing_text
