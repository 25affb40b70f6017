"""PyTorch's network of the benchmark is ours."""

import numpy as np
import pytest

from benchmarks.scene_problem import TASKS, training
from benchmarks.topics import Settings

torch = pytest.importorskip("torch")  # a peer, of some gigabytes; no part of the package needs it


@pytest.mark.parametrize("width", [0.35, 1.0])
def test_it_has_the_parameters_of_ours_and_learns(width):
    from benchmarks.torch_network import Network, steps

    problem = training(Settings(f"mobilenet_v2_{width}", (32, 64)))
    ours = problem.trainer().model
    theirs = Network(width, {task.name: task.channels for task in problem.tasks})
    assert sorted(np.prod(value.shape) for value in ours.trainable_variables) == sorted(
        value.numel() for value in theirs.parameters()
    )
    outputs = theirs.eval()(torch.zeros(2, 3, 32, 64))
    assert {name: (*value.shape[2:], value.shape[1]) for name, value in outputs.items()} == {
        task: tuple(ours(problem.batch["image"])[task].shape[1:]) for task in TASKS
    }
    for channels_last in (False, True):
        assert len(steps(width, problem.tasks, problem.batch, channels_last, 2)()) == 2
