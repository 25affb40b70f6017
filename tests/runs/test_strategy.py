"""The right strategy for the devices at hand."""

import types

import pytest
import tensorflow as tf

from bmt_tf import _files
from bmt_tf.runs import strategy
from bmt_tf.runs.paths import RunPaths
from bmt_tf.runs.strategy import check_same_start, given_out, is_chief, make_strategy, place_of


def test_one_replica_takes_no_strategy(two_devices):
    assert make_strategy(1) is tf.distribute.get_strategy()
    assert is_chief(make_strategy(1))


def test_two_replicas_are_mirrored(two_devices):
    strategy = make_strategy(2)
    assert isinstance(strategy, tf.distribute.MirroredStrategy)
    assert strategy.num_replicas_in_sync == 2


def test_each_replica_gets_its_part_of_a_global_batch(two_replicas):
    parts = []

    def batches(part):
        parts.append(part)
        return tf.data.Dataset.range(10).batch(5).rebatch(part.sizes)

    stream = given_out(two_replicas, 5, batches)
    for first in (0, 5):
        shares = two_replicas.experimental_local_results(next(stream))
        assert [share.numpy().tolist() for share in shares] == [[first, first + 1, first + 2], [first + 3, first + 4]]
    assert [tuple(part) for part in parts] == [(0, (3, 2))]


@pytest.mark.parametrize(("host", "expected"), [(0, (0, (2, 2))), (1, (4, (2, 1)))])
def test_a_host_makes_the_part_of_its_own_replicas(host, expected):
    context = tf.distribute.InputContext(num_input_pipelines=2, input_pipeline_id=host, num_replicas_in_sync=4)
    asked = []
    strategy = types.SimpleNamespace(distribute_datasets_from_function=lambda make: make(context) or [])
    given_out(strategy, 7, asked.append)
    assert [tuple(part) for part in asked] == [expected]


def test_more_replicas_than_devices_are_refused(two_devices):
    with pytest.raises(ValueError, match="`replicas` must be at most the number of CPU devices, 2"):
        make_strategy(3)


def test_same_devices_have_one_strategy(two_devices):
    assert make_strategy(2) is make_strategy(2)


@pytest.mark.parametrize(
    ("task_type", "index", "jobs", "expected"),
    [
        ("worker", 0, ("worker",), True),
        ("worker", 1, ("worker",), False),
        ("chief", 0, ("chief", "worker"), True),
        ("worker", 0, ("chief", "worker"), False),
    ],
)
def test_chief_is_the_chief_or_else_the_first_worker(task_type, index, jobs, expected):
    spec = tf.train.ClusterSpec({job: ["127.0.0.1:1", "127.0.0.1:2"] for job in jobs})
    resolver = types.SimpleNamespace(task_type=task_type, task_id=index, cluster_spec=lambda: spec)
    assert is_chief(types.SimpleNamespace(cluster_resolver=resolver)) == expected


ONE = '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": "0"}}'


@pytest.mark.parametrize("text", ["", " ", "{}", ONE])
def test_an_empty_cluster_and_one_of_a_single_worker_are_this_host_alone(two_devices, monkeypatch, text):
    monkeypatch.setenv("TF_CONFIG", text)
    assert make_strategy(1) is tf.distribute.get_strategy()
    assert is_chief(make_strategy(1)) and is_chief(make_strategy(2))


@pytest.mark.parametrize(
    "text",
    [
        "worker 0",
        "[1]",
        '{"cluster": []}',
        ONE.replace("[", "").replace("]", ""),
        ONE.replace('"type": "worker"', '"type": "evaluator"'),
        ONE.replace('"0"', '"first"'),
        ONE.replace('"0"', "7"),
    ],
)
def test_a_cluster_that_cannot_be_is_refused_in_words(monkeypatch, text):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(ValueError, match=r"TF_CONFIG must be empty, or name all workers.*evaluate\.py.*Received"):
        make_strategy(1)


def test_a_run_directory_that_only_one_worker_sees_is_refused(two_replicas):
    check_same_start(two_replicas, "run", 3)

    class OtherHasNone:
        num_replicas_in_sync = 2

        def run(self, call, args):
            return call(*args)

        def reduce(self, *_, **__):
            return tf.constant(3, tf.int64)

    with pytest.raises(ValueError, match=r"`run_dir` must be .* run_dir='run', with checkpoints up to step 3 here"):
        check_same_start(OtherHasNone(), "run", 3)


@pytest.mark.parametrize(
    ("asked", "begun", "taken"), [("auto", "1x2", "1x2"), ("auto", None, "auto"), ("2x1", "1x2", "2x1")]
)
def test_a_run_keeps_the_threads_it_was_begun_with_unless_others_are_asked_for(tiny, monkeypatch, asked, begun, taken):
    config, calls = tiny(threads=asked), []
    if begun:
        _files.write_json(RunPaths(config.run_dir).config, {"threads": begun})
    monkeypatch.setattr(strategy, "use_threads", lambda threads, branches: calls.append((threads, branches)) or threads)
    strategy.strategy_of_run(config)
    assert calls == [(taken, 1)]


def test_threads_that_are_not_to_be_had_are_told(tiny, monkeypatch, caplog):
    monkeypatch.setattr(strategy, "use_threads", lambda threads, branches: "1x1")
    strategy.strategy_of_run(tiny(threads="1x2"))
    assert "computes with 1x1 threads, not 1x2" in caplog.text


@pytest.mark.parametrize(
    ("cluster", "task", "expected"),
    [
        ({"worker": ["a:1", "b:1"]}, ("worker", 1), (1, 2)),
        ({"chief": ["a:1"], "worker": ["b:1", "c:1"]}, ("worker", 0), (1, 3)),
        ({"chief": ["a:1"], "worker": ["b:1", "c:1"]}, ("chief", 0), (0, 3)),
        ({}, ("", None), (0, 1)),
    ],
)
def test_hosts_are_numbered_from_the_chief_on(cluster, task, expected):
    spec = types.SimpleNamespace(as_dict=lambda: cluster)
    resolver = types.SimpleNamespace(task_type=task[0], task_id=task[1], cluster_spec=lambda: spec)
    assert place_of(types.SimpleNamespace(cluster_resolver=resolver)) == expected
