"""The committed studies: each can be planned as it is and in miniature, by calls that the scripts take."""

import functools
import importlib.util
import json

import pytest
from absl import flags
from house.commands import command_faults

from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.runs.config import TrainConfig
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.search import number_of_trees
from studies.description import read_description, study_names, study_of
from studies.jobs import study_jobs

pytest.importorskip("yaml")
PLACES = {"out": "runs/x", "data": "DATA", "weights": "WEIGHTS"}


def jobs_of(name, **given):
    return study_jobs(read_description(name, **{"data": "DATA", "weights": "WEIGHTS"} | given))


def test_every_call_of_every_study_is_taken_by_its_script(root):
    lines = {}
    for name in study_names():
        for miniature in (False, True):
            for job in jobs_of(name, miniature=miniature):
                # Calls that differ in seed and place alone are taken alike.
                lines[job.rule, tuple(word.partition("=")[0] for word in job.words), name] = job.command(PLACES)
    assert command_faults(root, [list(line) for line in lines.values()]) == []


@pytest.mark.parametrize("name", study_names())
def test_what_a_job_needs_is_made_by_another(name):
    for miniature in (False, True):
        jobs = jobs_of(name, miniature=miniature)
        made = [job.makes for job in jobs]
        assert len(set(made)) == len(made)
        assert {need for job in jobs for need in job.needs} <= set(made)
        folders = [job.folder for job in jobs if job.folder]
        assert len(set(folders)) == len(folders)


def test_the_study_on_photographs_compares_three_methods_at_three_budgets_over_three_seeds():
    jobs = jobs_of("nyud_small")
    trained = {job.name: job for job in jobs if job.rule == "train"}
    for seed in (0, 1, 2):
        for budget in (78, 85, 92):
            trees = ["bmn", "bmtas", *["fafs"] * (budget == 85), "vanilla"]
            drawn = ["random", *(f"permuted_{name}" for name in trees[:-1])]
            assert {f"{name}_{budget}/seed_{seed}" for name in trees} <= set(trained)
            assert [name for name in trained for kind in drawn if name.startswith(f"{kind}_{budget}_{seed}/")] == [
                f"{kind}_{budget}_{seed}/seed_{seed}" for kind in drawn
            ]
    assert all(("--weighting=balanced" in job.words) for job in trained.values())
    contrast = trained["fixed_weights/bmn_85/seed_2"]
    assert contrast.words.index("--weighting=fixed") > contrast.words.index("--weighting=balanced")  # the last holds
    searches = {job.name: job.words for job in jobs if job.rule == "search"}
    assert "--weighting=balanced" in searches["search"]
    assert not any(word.startswith(("--weighting", "--loss_weights")) for word in searches["search_fixed"])
    (mean,) = [job for job in jobs if (job.rule, job.name) == ("affinity", "affinity")]
    assert mean.needs == ("affinity/seed_0/affinity.npz", "affinity/seed_1/affinity.npz")


def test_the_study_of_cityscapes_trains_every_tree_of_four_stages_once():
    jobs = jobs_of("bmn_cityscapes")
    trees = {job.name: job for job in jobs if job.rule == "tree"}
    numbers = [word for job in trees.values() for word in job.words if word.startswith("--number=")]
    assert numbers == [f"--number={number}" for number in range(number_of_trees(tasks=3, blocks=4))]
    assert not any("budget" in word for word in trees["all_34"].words)
    trained = {job.name for job in jobs if job.rule == "train"}
    assert trained == {f"all_{number}" for number in range(35)} | {"cross_stitch", "nddr_cnn"}
    (difficulty,) = [job for job in jobs if job.rule == "difficulty"]
    assert difficulty.name == "all_0"  # which shares everything
    assert len([job for job in jobs_of("bmn_cityscapes", miniature=True) if job.rule == "train"]) == 4


def test_the_most_telling_networks_are_trained_first():
    jobs = [job for job in jobs_of("nyud_small") if job.rule in ("single", "train")]
    order = [job.name.partition("/")[0] for job in sorted(jobs, key=lambda job: job.order)]
    names = ["single", "shared", "bmn_85", "bmtas_85", "vanilla_85", "random_85_0", "permuted_bmn_85_0", "bmn_78"]
    names += ["cross_stitch", "mtan", "permuted_fafs_85_0", "fixed_weights"]
    places = [order.index(name) for name in names]
    assert places == sorted(places)
    order = [job.name for job in sorted(jobs, key=lambda job: job.order)]
    last = max(place for place, name in enumerate(order) if name.startswith(("bmn_85/", "bmtas_85/", "random_85_")))
    assert last < order.index("bmn_78/seed_0")  # a budget is whole before the next


def test_draws_that_have_one_seed_each_take_the_seeds_in_turn():
    trees = {"random": {"method": "random", "draws": 5, "seed_per_draw": True}}
    study = study_of("mine", {"about": "", "tasks": ["a", "b"], "seeds": [3, 4], "budgets": ["80%"], "trees": trees})
    trained = [job.name for job in study_jobs(study) if job.rule == "train"]
    assert trained == [f"random_{draw}/seed_{seed}" for draw, seed in enumerate([3, 4, 3, 4, 3])]


def test_calls_of_ones_own_are_made_once_for_each_value_and_after_those_that_they_need():
    words = ["draw.py", "--kitchen={kitchen}", "--seed={seed}", "--output={out}"]
    calls = {"draw": {"words": words, "each": {"kitchen": ["a", "b"], "seed": []}}}
    calls["summary"] = {"words": ["summary.py", "{out}"], "after": ["draw"]}
    *drawn, summary = study_jobs(study_of("mine", {"about": "", "seeds": [3, 4], "calls": calls}))
    assert [job.name for job in drawn] == ["draw/a/3", "draw/a/4", "draw/b/3", "draw/b/4"]
    assert drawn[2].command({"out": "runs/x"}) == ("draw.py", "--kitchen=b", "--seed=3", "--output=runs/x")
    assert summary.needs == tuple(job.makes for job in drawn)


def test_the_planted_study_runs_every_variant_with_ten_seeds_and_the_settings_of_the_committed_result(root):
    *runs, _ = jobs_of("planted")
    seen = json.loads((root / "docs" / "planted.json").read_text())["runs"]
    assert {job.name for job in runs} == {f"run/{row['variant']}/{row['seed']}" for row in seen}


KINDS = {"scripts/train.py": TrainConfig, "scripts/search.py": SearchConfig, "scripts/group.py": ChoiceConfig}
FREE = ("--seed=", "--single", "--only=")  # what differs from call to call of one kind


def test_the_settings_of_every_training_search_and_choice_keep_their_rules(root, monkeypatch):
    read, seen = flag_reader(root, monkeypatch), set()
    for name in study_names():
        for miniature in (False, True):
            for job in jobs_of(name, miniature=miniature):
                words = [word for word in job.command(PLACES)[1:] if not word.startswith(FREE)]
                alike = (job.words[0], *(word for word in words if "runs/x" not in word))
                if job.words[0] in KINDS and alike not in seen:
                    seen.add(alike)
                    read(KINDS[job.words[0]], words)
    assert len(seen) > 30


def flag_reader(root, monkeypatch):
    """Returns a function from a settings class and words to the settings, by flags that no other test sees."""
    spec = importlib.util.spec_from_file_location("flags_of_settings", root / "scripts" / "dataclass_flags.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def read(kind, words):
        values = flags.FlagValues()
        with monkeypatch.context() as patch:
            patch.chdir(root)
            for name in ("string", "integer", "float", "bool", "list"):
                define = getattr(flags, f"DEFINE_{name}")
                own = functools.partial(define, flag_values=values)
                patch.setattr(flags, f"DEFINE_{name}", own)
            patch.setattr(flags, "mark_flag_as_required", lambda name: None)
            patch.setattr(module, "FLAGS", values)
            module.define_flags(kind)
            values(["a script", *words])
            return module.from_flags(kind)

    return read
