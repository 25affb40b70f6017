"""Reading a study: everything that is there, and a remark for what is not."""

import json
import math
import shutil

import numpy as np
import pytest

from bmt_tf.report import read_study

TASKS = ("semseg", "depth", "normals", "edge")


@pytest.fixture
def changed(study_dir, tmp_path):
    """A copy of the study that a test may spoil."""
    return shutil.copytree(study_dir, tmp_path / "rooms")


def test_runs_affinities_and_fronts_are_found_at_any_depth(study_dir):
    study = read_study(study_dir)
    assert study.name == "rooms"
    assert {run.name for run in study.runs if run.single} == {f"single/{t}" for t in TASKS}
    assert {run.name for run in study.runs if not run.single} == {"shared", "bmn_50", "bmn_70", "vanilla", "random_1"}
    assert list(study.affinities) == ["affinity"]
    (front,) = study.fronts
    assert (front.name, len(front.points), front.unit) == ("affinity", 30, "multiply_adds")
    assert [point.chosen for point in front.points].index(True) == 12
    assert study.remarks == ()


def test_scores_keep_their_unit_and_direction(study_dir):
    run = next(run for run in read_study(study_dir).runs if run.name == "shared")
    assert run.scores["depth"].unit == "m" and run.scores["depth"].lower_is_better
    assert run.scores["depth"].value == pytest.approx(0.921 * (1 + 0.031 * 1.6))
    assert len(run.panels) == 1


def test_a_run_without_metrics_is_kept_and_remarked(changed):
    (changed / "shared" / "metrics.json").unlink()
    study = read_study(changed)
    run = next(run for run in study.runs if run.name == "shared")
    assert not run.scores and math.isnan(run.seconds_per_step)
    assert study.remarks == ("shared: there is no metrics.json.",)


@pytest.mark.parametrize("file", ["metrics.json", "config.json", "grouping.json"])
def test_a_broken_file_is_remarked_by_name(changed, file):
    path = changed / "bmn_50" / file
    path.write_text(path.read_text()[:40])
    (remark,) = read_study(changed).remarks
    assert remark.startswith(f"bmn_50: {file} could not be read")


def test_a_search_is_no_run(searched_dir):
    study = read_study(searched_dir)
    (search,) = study.searches
    assert (search.name, search.cost, search.unit, search.trade_off) == ("search", 2.1e8, "multiply_adds", 0.5)
    assert search.tree.branches == (1,) * 12 + (2,) * 6
    assert search.run.settings.trade_off == 0.5
    assert (search.weighting, search.weights["edge"]) == ("balanced", 40.0)
    assert "search" not in {run.name for run in study.runs}
    assert {front.name: front.search for front in study.fronts} == {"affinity": "", "likely": "elsewhere/runs/search"}


def test_the_tree_is_that_of_the_history_where_none_is_stored(searched_dir, tmp_path):
    (search,) = read_study(searched_dir).searches
    (tmp_path / "alpha.npz").write_bytes((searched_dir / "search" / "alpha.npz").read_bytes())
    study = read_study(tmp_path)
    (bare,) = study.searches
    assert bare.tree.partitions == search.tree.partitions and bare.tree.made_by == {"method": "bmtas"}
    assert math.isnan(bare.cost) and bare.unit == "" and bare.run is None
    assert not bare.weighting and not bare.weights
    assert study.remarks == ()


def test_a_search_is_shown_where_only_its_settings_cannot_be_read(searched_dir, tmp_path):
    folder = shutil.copytree(searched_dir, tmp_path / "rooms")
    (folder / "search" / "config.json").write_text("{")
    study = read_study(folder)
    (search,), (remark,) = study.searches, study.remarks
    assert search.cost == 2.1e8 and search.run is None
    assert remark.startswith("search: config.json could not be read")


def test_an_unfinished_search_is_remarked(searched_dir, tmp_path):
    folder = shutil.copytree(searched_dir, tmp_path / "rooms")
    (folder / "search" / "alpha.npz").unlink()
    study = read_study(folder)
    assert not study.searches and any(remark.startswith("search: ") for remark in study.remarks)


def test_a_cut_off_affinity_and_front_are_remarked(changed):
    (changed / "affinity" / "affinity.npz").write_bytes(b"PK")
    (changed / "affinity" / "front.csv").write_text("cost,score\n1,2\n")
    study = read_study(changed)
    assert not study.affinities and not study.fronts
    assert len(study.remarks) == 2


def test_json_that_is_no_object_is_remarked(changed):
    (changed / "shared" / "config.json").write_text("[1, 2]")
    assert "must hold a JSON object" in read_study(changed).remarks[0]


@pytest.mark.parametrize("spoiled", ["", "{", '{"config": {"steps": 4, "elephants": 1}, "kind": "TrainConfig"}'])
def test_a_run_is_shown_with_its_scores_where_its_settings_cannot_be_read(changed, spoiled):
    path = changed / "shared" / "config.json"
    path.write_text(spoiled) if spoiled else path.unlink()
    study = read_study(changed)
    run = next(run for run in study.runs if run.name == "shared")
    assert run.run is None and run.scores and run.grouping.branches == (1,) * 18
    assert len(study.remarks) == 1 and study.remarks[0].startswith("shared: ") and "config.json" in study.remarks[0]


def test_nothing_is_looked_for_in_the_folders_of_a_run(changed):
    shutil.copytree(changed / "shared", changed / "bmn_50" / "checkpoints" / "copy")
    assert len(read_study(changed).runs) == 9


def test_a_score_without_a_value_is_no_number(changed):
    path = changed / "shared" / "metrics.json"
    content = json.loads(path.read_text())
    content["tasks"]["edge"]["value"] = None
    path.write_text(json.dumps(content))
    run = next(run for run in read_study(changed).runs if run.name == "shared")
    assert math.isnan(run.scores["edge"].value)


def test_nothing_to_show_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="there are none"):
        read_study(tmp_path)
    with pytest.raises(FileNotFoundError, match="must be a folder"):
        read_study(tmp_path / "absent")


def choice_of(folder, study_dir, together=None, text=None):
    """The front of the study with a `choice.json`, and what is remarked upon."""
    copy = shutil.copytree(study_dir, folder / "rooms")
    path = copy / "affinity" / "choice.json"
    path.write_text(text if text is not None else json.dumps({"config": {}, "together": together}))
    study = read_study(copy)
    return study.fronts[0], study.remarks


def test_how_sure_the_choice_is_is_read_with_the_front(tmp_path, study_dir):
    front, remarks = choice_of(tmp_path, study_dir, np.ones((18, 4, 4)).tolist())
    assert [block.share for block in front.certainty[:8]] == [1.0] * 8 and not remarks
    assert front.certainty[8].undecided


def test_what_the_trees_of_a_front_cost_is_read_with_it(tmp_path, study_dir):
    folder = shutil.copytree(study_dir, tmp_path / "rooms")
    costs = {"unit": "parameters", "stem": 1, "blocks": {"one": 2}, "heads": {"semseg": 3}}
    (folder / "affinity" / "choice.json").write_text(json.dumps({"config": {}, "costs": costs}))
    (front,) = read_study(folder).fronts
    assert front.costs.to_dict() == costs and front.points[0].partitions == "[]"
    assert read_study(study_dir).fronts[0].costs is None


@pytest.mark.parametrize("text", ["{", "[]", '{"config": 3}', '{"together": [[1]]}', '{"together": "x"}'])
def test_a_broken_choice_costs_no_more_than_itself(tmp_path, study_dir, text):
    front, remarks = choice_of(tmp_path, study_dir, text=text)
    assert len(front.points) == 30 and front.chosen is not None and front.certainty == ()
    assert len(remarks) == 1 and "choice.json" in remarks[0]


def test_a_broken_tree_costs_no_more_than_the_tree(tmp_path, study_dir):
    copy = shutil.copytree(study_dir, tmp_path / "rooms")
    (copy / "affinity" / "grouping.json").write_text("{")
    study = read_study(copy)
    assert len(study.fronts[0].points) == 30 and study.fronts[0].chosen is None
    assert len(study.remarks) == 1 and "grouping.json" in study.remarks[0]
