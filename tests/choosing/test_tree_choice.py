"""The tree for a budget, and the files that say how it was chosen."""

import csv
import dataclasses
import json

import numpy as np
import pytest
import toys  # noqa: F401 (registers the encoder `small`)

from bmt_tf._threads import threads_in_use
from bmt_tf.affinity import AffinityResult
from bmt_tf.choosing import tree_choice
from bmt_tf.choosing.config import ChoiceConfig
from bmt_tf.choosing.tree_choice import choose_tree, parse_budget
from bmt_tf.costs import CostTable, cost_table, model_cost
from bmt_tf.data import open_data
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.runs.network import make_encoder
from bmt_tf.search import clustering_cost, exact_front
from bmt_tf.search.alpha_file import AlphaHistory

TASKS, BLOCKS = ("semseg", "depth", "normals"), ("one", "two", "three")


def _affinities(random, count):
    matrices = random.uniform(0, 1, [count, 3, 3, 3])
    matrices = (matrices + matrices.swapaxes(-1, -2)) / 2
    matrices[..., range(3), range(3)] = 1
    return matrices


@pytest.fixture
def choice(tmp_path):
    """A function that returns the settings of a choice by `bmn`, with changes."""
    matrices = _affinities(np.random.default_rng(0), 7)
    path = str(tmp_path / "affinity.npz")
    AffinityResult(matrices[0], TASKS, BLOCKS, ("a", "b", "c"), matrices[1:]).save(path)

    def make(**changes):
        values = {
            "output": str(tmp_path / "tree"),
            "affinity": path,
            "budget": "80%",
            "data": "scenes",
            "encoder": "small",
            "output_stride": 8,
            "by_stage": False,
            "aspp": True,
            "folded": 0,
            "image_size": (32, 32),
        }
        return ChoiceConfig(**(values | changes))

    return make


def _table(config):
    known = open_data(config.data, "train").tasks
    return cost_table(make_encoder(config), [known[name] for name in TASKS], config.image_size, config.unit)


def test_chosen_tree_is_the_least_dissimilar_one_within_the_budget(choice, tmp_path):
    config = choice()
    chosen = choose_tree(config)
    table, dissimilarity = _table(config), AffinityResult.load(config.affinity).dissimilarity
    assert chosen.budget == pytest.approx(0.8 * table.single())
    assert chosen.cost == table.cost(chosen.grouping) <= chosen.budget
    best = min(p.score for p in exact_front(dissimilarity, TASKS, table) if p.cost <= chosen.budget)
    assert clustering_cost(dissimilarity, chosen.grouping) == pytest.approx(best)
    assert Grouping.load(tmp_path / "tree" / "grouping.json") == chosen.grouping
    made_by = Grouping.load(tmp_path / "tree" / "grouping.json").made_by
    assert (made_by["method"], made_by["unit"], made_by["cost"]) == ("bmn", "multiply_adds", chosen.cost)
    assert chosen.beam_gap >= -1e-9


def test_cost_is_that_of_the_network_that_is_built(choice):
    config = choice()
    chosen, known = choose_tree(config), open_data(config.data, "train").tasks
    model = build_branched(make_encoder(config), [known[name] for name in TASKS], chosen.grouping, (32, 32))
    assert model_cost(model, "multiply_adds", (32, 32)) == chosen.cost


def test_milliseconds_are_measured_in_the_runtime_and_with_the_threads_that_are_recorded(choice, tmp_path, monkeypatch):
    asked = []

    def measured(encoder, tasks, image_size, unit, runtime):
        asked.append((image_size, unit, runtime))
        return dataclasses.replace(cost_table(encoder, tasks, image_size, "multiply_adds"), unit=unit)

    monkeypatch.setattr(tree_choice, "tree_costs", measured)
    choose_tree(choice(unit="milliseconds", runtime="litert", replicates=0))
    assert asked == [((32, 32), "milliseconds", "litert")]
    content = json.loads((tmp_path / "tree" / "choice.json").read_text())
    made_by = Grouping.load(tmp_path / "tree" / "grouping.json").made_by
    for record in (content, made_by):
        assert (record["unit"], record["runtime"], record["threads"]) == ("milliseconds", "litert", threads_in_use())


def test_files_mark_the_choice_and_say_how_sure_it_is(choice, tmp_path):
    chosen = choose_tree(choice(replicates=4))
    rows = list(csv.DictReader(open(tmp_path / "tree" / "front.csv", newline="")))
    assert [float(row["cost"]) for row in rows] == [point.cost for point in chosen.front]
    [marked] = [row for row in rows if row["chosen"] == "1"]
    assert json.loads(marked["partitions"]) == json.loads(json.dumps(chosen.grouping.partitions))
    content = json.loads((tmp_path / "tree" / "choice.json").read_text())
    together = np.array(content["together"])
    assert together.shape == (3, 3, 3)
    np.testing.assert_array_equal(np.unique(together * 4 % 1), [0])
    np.testing.assert_array_equal(together[:, range(3), range(3)], 1)
    assert content["budget"] == chosen.budget and CostTable.from_dict(content["costs"]) == chosen.table


@pytest.mark.parametrize("method", ["bmn", "vanilla", "random"])
def test_budget_below_the_cheapest_tree_says_the_cheapest(choice, method):
    config = choice(method=method, budget="10%", tasks=TASKS)
    cheapest = f"{_table(config).shared():.10g}"
    with pytest.raises(ValueError, match=f"`budget` must be at least .*{cheapest} multiply_adds.*budget=10%"):
        choose_tree(config)


def test_trees_to_compare_with_are_near_the_cost_of_the_chosen_one(choice, tmp_path):
    chosen = choose_tree(choice())
    like = str(tmp_path / "tree" / "grouping.json")
    others = {"output": str(tmp_path / "other"), "like": like, "budget": "", "affinity": ""}
    random = choose_tree(choice(method="random", tolerance=0.3, **others))
    assert abs(random.cost - chosen.cost) <= 0.3 * chosen.cost
    permuted = choose_tree(choice(method="permuted", **others))
    assert permuted.grouping.branches == chosen.grouping.branches
    assert permuted.budget == permuted.cost == chosen.cost
    vanilla = choose_tree(choice(method="vanilla", **others))
    assert set(vanilla.grouping.branches) <= {1, 3}
    assert not vanilla.front
    assert vanilla.grouping.made_by["method"] == "vanilla"


def test_all_trees_within_the_budget_are_chosen_by_their_numbers(choice, all_trees, monkeypatch):
    table = _table(choice())
    monkeypatch.setattr(tree_choice, "tree_costs", lambda *_: table)
    every = all_trees(TASKS, BLOCKS)
    middle = sorted(map(table.cost, every))[11]
    for budget, trees in (("", every), (f"{middle}", [tree for tree in every if table.cost(tree) <= middle])):
        found = [choose_tree(choice(method="all", number=k, budget=budget)) for k in range(len(trees))]
        assert {one.grouping.partitions for one in found} == {tree.partitions for tree in trees}
        assert [one.cost for one in found] == [table.cost(one.grouping) for one in found]
        assert found[0].grouping.branches == (1, 1, 1) and not found[0].front
        made_by = found[1].grouping.made_by
        assert (made_by["method"], made_by["number"], made_by["of"]) == ("all", 1, len(trees))
        with pytest.raises(ValueError, match=f"`number` must be below {len(trees)}, the number of trees that cost at"):
            choose_tree(choice(method="all", number=len(trees), budget=budget))


def test_search_gives_its_likeliest_tree_within_the_budget(choice, tmp_path):
    alpha = np.zeros([3, 3, 3], np.float32)
    alpha[0, :, 0], alpha[1:, 0, 0], alpha[1:, 1, 0], alpha[1:, 2, 1] = 5, 5, 5, 5
    AlphaHistory(alpha, alpha[None], np.array([1]), np.array([0.1]), TASKS, BLOCKS).save(tmp_path / "alpha.npz")
    expected = Grouping(TASKS, BLOCKS, [[TASKS], [TASKS[:2], TASKS[2:]], [TASKS[:2], TASKS[2:]]], "small")
    budget = str(_table(choice()).cost(expected))
    chosen = choose_tree(choice(method="bmtas", search=str(tmp_path), affinity="", budget=budget))
    assert chosen.grouping == expected
    assert chosen.grouping.made_by["method"] == "bmtas"
    assert chosen.beam_gap is None


def test_affinities_of_something_else_are_refused(choice):
    with pytest.raises(ValueError, match="`affinity` must be of the blocks of the encoder"):
        choose_tree(choice(folded=1))
    with pytest.raises(ValueError, match=r"`tasks` must be .* as measured"):
        choose_tree(choice(tasks=("semseg", "depth")))
    with pytest.raises(FileNotFoundError, match=r"scripts/affinity.py"):
        choose_tree(choice(affinity="nowhere.npz"))


def test_data_without_the_tasks_is_refused(choice, tmp_path):
    config = choice()
    result = AffinityResult.load(config.affinity)
    dataclasses.replace(result, tasks=("semseg", "depth", "smiling")).save(config.affinity)
    with pytest.raises(ValueError, match=r"`tasks` must be among those of .*\['smiling'\]"):
        choose_tree(config)


@pytest.mark.parametrize(
    ("text", "expected"), [("70%", 14.0), (" 12.5 ", 12.5), ("1e1", 10.0), (".5%", 0.1), ("1.2e+1", 12.0)]
)
def test_budget_is_a_number_or_a_share_of_the_single_networks(text, expected):
    table = CostTable("parameters", 4.0, {"one": 3.0}, {"depth": 2.0, "edge": 4.0})
    assert table.single() == 20.0
    assert parse_budget(text, table) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "half", "70 percent", "-3", "1.2.3", "nan", "7%%"])
def test_budget_that_is_no_number_is_refused(text):
    table = CostTable("parameters", 1.0, {"one": 1.0}, {"depth": 1.0})
    with pytest.raises(ValueError, match="`budget` must be a number of parameters, or a percentage"):
        parse_budget(text, table)
