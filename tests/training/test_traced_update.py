"""Updates are not rewritten on a CPU, and nothing else of the process is changed by it."""

import pytest
import tensorflow as tf

from bmt_tf.training.traced_update import TracedUpdate

NAME = "disable_meta_optimizer"


def _said() -> bool:
    return tf.config.optimizer.get_experimental_options().get(NAME, False)


@pytest.fixture(autouse=True)
def _as_before():
    before = _said()
    yield
    tf.config.optimizer.set_experimental_options({NAME: before})


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("gpus", [0, 1])
def test_graphs_are_rewritten_on_a_gpu_alone_and_what_was_chosen_before_is_chosen_after(before, gpus, monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["one"] * gpus if kind == "GPU" else [])
    tf.config.optimizer.set_experimental_options({NAME: before})
    seen = []

    def update(value):
        seen.append(_said())
        return 2 * value

    assert TracedUpdate(update)(tf.constant(3.0)).numpy() == 6
    assert seen == [before or not gpus] and _said() == before


def test_an_update_that_fails_leaves_what_was_chosen():
    def update():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        TracedUpdate(update)()
    assert not _said()


@pytest.mark.traced
def test_it_is_traced_once_for_arguments_alike():
    update = TracedUpdate(lambda value: value + 1)
    assert [update(tf.constant(float(value))).numpy() for value in range(3)] == [1, 2, 3]
    assert update.traced.experimental_get_tracing_count() == 1
