"""The table in milliseconds: as measured at both ends, between cuts by multiply-adds, as it is served."""

import numpy as np
import pytest
from toys import small_encoder

from bmt_tf.costs import cost_table
from bmt_tf.costs.timing import Timing
from bmt_tf.export import latency_table, tree_costs, tree_latency
from bmt_tf.grouping import Grouping
from bmt_tf.tasks import get_task

SIZE, BLOCKS = (32, 32), ("one", "two", "three")
TASKS = [get_task("depth"), get_task("scene", name="first", channels=2), get_task("scene", name="second", channels=2)]
NAMES = [task.name for task in TASKS]
EVERY_CUT = {"stem": 1.0, "one": 2.0, "two": 4.0, "three": 5.0}


def times_of(networks, until, shared, **others):
    """Returns times of networks that were to be measured, as `served_latency` does."""
    rows = {"shared": {f"until_{name}": time for name, time in until.items()} | {"serve": shared}}
    rows |= {name.replace("_", " "): {"serve": time} for name, time in others.items()}
    return {name: {entry: Timing(time, 0.0, 1) for entry, time in rows[name].items()} for name in networks}


@pytest.fixture(scope="module")
def probes():
    """The networks that are measured for a table of the three tasks."""
    return tree_latency.latency_probes(small_encoder(), TASKS, SIZE)


def test_both_ends_cost_what_was_measured_and_another_branch_what_it_adds(probes):
    table = probes.table(times_of(probes.networks, EVERY_CUT, 8.0, separate=12.0))
    assert table.unit == "milliseconds"
    assert table.shared() == pytest.approx(8.0)
    assert table.cost(Grouping.separate(NAMES, BLOCKS)) == pytest.approx(12.0)
    # Two further branches add 4 ms, half of what the blocks take themselves.
    assert table.blocks == pytest.approx({"one": 0.5, "two": 1.0, "three": 0.5})
    assert sum(table.heads.values()) == pytest.approx(3.0)


def test_branches_that_cost_more_than_the_first_leave_both_ends_as_measured(probes):
    table = probes.table(times_of(probes.networks, EVERY_CUT, 8.0, separate=24.0))
    assert (table.shared(), table.separate()) == pytest.approx((8.0, 24.0))
    assert table.stem == 0 and min(table.heads.values()) >= 0


def test_blocks_between_two_cuts_share_their_time_by_multiply_adds():
    encoder, task = small_encoder(), TASKS[1:2]
    probes = tree_latency.latency_probes(encoder, task, SIZE, cuts=1)
    table = probes.table(times_of(probes.networks, {"stem": 1.0, "three": 5.0}, 8.0))
    counted = cost_table(encoder, task, SIZE, "multiply_adds")
    whole = sum(counted.blocks.values())
    assert table.blocks == pytest.approx({name: 4.0 * cost / whole for name, cost in counted.blocks.items()})
    assert probes.networks["shared"].names == ["until_stem", "until_three", "serve"]


def test_of_many_tasks_few_branches_are_measured(monkeypatch):
    monkeypatch.setattr(tree_latency, "BRANCHES", 2)
    tasks = [TASKS[1], TASKS[2], get_task("scene", name="third", channels=2)]
    probes = tree_latency.latency_probes(small_encoder(), tasks, SIZE)
    assert [task.name for task in probes.networks["separate"].tasks] == ["first", "second"]
    table = probes.table(times_of(probes.networks, EVERY_CUT, 8.0, separate=9.0, few_shared=7.0))
    assert table.blocks == pytest.approx({"one": 0.5, "two": 1.0, "three": 0.5})
    assert table.shared() == pytest.approx(8.0)


@pytest.fixture
def asked(monkeypatch):
    """What is asked to be measured, by name, and the runtime; the answer is always the same."""
    asked = {}

    def served_latency(networks, image_size, runtime, *, runs):
        asked.update(networks, runtime=runtime)
        return times_of(networks, EVERY_CUT, 8.0, separate=12.0)

    monkeypatch.setattr(tree_latency, "served_latency", served_latency)
    return asked


def test_one_task_has_no_tree_to_measure(asked):
    assert latency_table(small_encoder(), TASKS[1:2], SIZE).single() == pytest.approx(8.0)
    assert set(asked) == {"shared", "runtime"}


def test_a_cut_computes_no_more_than_what_is_before_it_and_the_whole_predicts():
    network = tree_latency._chain(small_encoder(), TASKS[:1], ["stem", "two"])
    image = np.random.default_rng(0).integers(0, 256, (1, *SIZE, 3)).astype(np.uint8)
    assert network.function(image)["depth"].shape == (1, *SIZE, 1)
    graphs = network.entry_points()

    def convolutions(name):
        operations = graphs[name].get_concrete_function().graph.get_operations()
        return sum(operation.type == "Conv2D" for operation in operations)

    assert convolutions("until_stem") < convolutions("until_two") < convolutions("serve")


def test_counted_units_are_counted_and_others_measured_in_the_runtime(asked):
    encoder, tasks = small_encoder(), TASKS[1:]
    assert tree_costs(encoder, tasks, SIZE, "parameters") == cost_table(encoder, tasks, SIZE, "parameters")
    assert not asked
    table = tree_costs(encoder, tasks, SIZE, "milliseconds", "litert")
    assert (table.unit, table.separate()) == ("milliseconds", pytest.approx(12.0))
    assert set(asked) == {"shared", "separate", "runtime"} and asked["runtime"] == "litert"
