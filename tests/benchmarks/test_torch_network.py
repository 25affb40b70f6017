"""PyTorch's network of the benchmark is ours."""

import numpy as np
import pytest

from benchmarks.scene_problem import TASKS, training
from benchmarks.topics import Settings

torch = pytest.importorskip("torch")  # a peer, of some gigabytes; no part of the package needs it


@pytest.mark.parametrize("encoder", ["mobilenet_v2_0.35", "mobilenet_v2_1.0", "resnet18"])
def test_it_has_the_parameters_of_ours_and_learns(encoder):
    from benchmarks.torch_network import Network, known, steps

    assert known(encoder)
    problem = training(Settings(encoder, (32, 64)))
    ours = problem.trainer().model
    theirs = Network(encoder, {task.name: task.channels for task in problem.tasks})
    assert sorted(np.prod(value.shape) for value in ours.trainable_variables) == sorted(
        value.numel() for value in theirs.parameters()
    )
    outputs = theirs.eval()(torch.zeros(2, 3, 32, 64))
    assert {name: (*value.shape[2:], value.shape[1]) for name, value in outputs.items()} == {
        task: tuple(ours(problem.batch["image"])[task].shape[1:]) for task in TASKS
    }
    sizes, x = [], theirs.stem(torch.zeros(2, 3, 32, 64))
    for block in theirs.blocks:
        x = block(x)
        sizes.append(tuple(x.shape[2:]))
    assert sizes[theirs.low_level - 1] == (8, 16) and sizes[-1] == (2, 4)
    for channels_last in (False, True):
        assert len(steps(encoder, problem.tasks, problem.batch, channels_last, 2)()) == 2
