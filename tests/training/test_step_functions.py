"""One traced step trains like networks one after another, each to what it would have become by itself."""

import dataclasses

import numpy as np
import pytest

from bmt_tf.runs import Run
from bmt_tf.training import train, train_singles
from bmt_tf.training.single_tasks import single_task_configs
from bmt_tf.training.train_loop import Trainer

TASKS = ("indoors", "dim", "depth", "hazy")


@pytest.fixture
def traced(monkeypatch):
    """Names of the tasks whose trainers traced a step."""
    names, real = [], Trainer.step_function

    def counted(self, strategy):
        names.append(self.tasks[0].name)
        return real(self, strategy)

    monkeypatch.setattr(Trainer, "step_function", counted)
    return names


def test_like_tasks_take_one_trace_and_become_what_they_would_have_become_alone(tiny, traced):
    config = tiny("together", tasks=TASKS, optimizer="adam", steps=2)
    train_singles(config)
    assert traced == ["indoors", "depth"]
    for name in ("dim", "hazy"):
        (alone,) = [single for single in single_task_configs(config) if single.tasks == (name,)]
        run_dir = train(dataclasses.replace(alone, run_dir=alone.run_dir + "_alone"))
        ours, theirs = (Run.load(path).trained().network for path in (alone.run_dir, run_dir))
        for one, other in zip(ours.variables, theirs.variables, strict=True):
            assert one.path == other.path
            np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.whole
def test_a_like_network_goes_on_from_its_own_checkpoint(tiny, traced):
    half, whole = (tiny(f"{steps}", tasks=TASKS[:2], steps=steps, schedule="constant") for steps in (1, 2))
    train_singles(half)
    train_singles(dataclasses.replace(half, steps=2, extend=True))
    train_singles(whole)
    ours, theirs = (Run.load(f"{one.run_dir}/dim").trained().network for one in (half, whole))
    for one, other in zip(ours.variables, theirs.variables, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-4, atol=1e-5)


def test_networks_of_other_weights_of_the_loss_have_a_trace_of_their_own(tiny, traced):
    train_singles(tiny(tasks=TASKS[:2], loss_weights={"dim": 2.0}, steps=1))
    assert traced == ["indoors", "dim"]
