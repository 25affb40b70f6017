"""PyTorch's network of the benchmark is ours."""

import numpy as np
import pytest

from benchmarks import supergraph
from benchmarks.peers import torch_layouts
from benchmarks.scene_problem import TASKS, training
from benchmarks.topics import Settings
from bmt_tf.training.branch_search.steps import SearchSteps

torch = pytest.importorskip("torch")  # a peer, of some gigabytes; no part of the package needs it


@pytest.mark.parametrize("encoder", ["mobilenet_v2_0.35", "mobilenet_v2_1.0", "resnet18"])
def test_it_has_the_parameters_of_ours_and_learns(encoder):
    from benchmarks.torch_network import Network, steps

    assert len(torch_layouts(encoder)) == 2
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


def test_its_search_has_the_kernels_of_ours_and_an_update_changes_only_what_it_is_for():
    from benchmarks.torch_search import Supergraph, updates

    tasks, config, encoder, table = supergraph.problem((32, 64))
    ours = SearchSteps(config, encoder, tasks, table).supergraph
    theirs = Supergraph(config.encoder, {task.name: task.channels for task in tasks}, len(tasks))
    weights = {id(v): v for task in tasks for v in ours.theta_variables(task.name)}
    sizes = [np.prod(v.shape) for v in (*weights.values(), ours.alpha) if len(v.shape) > 2]
    assert tuple(theirs.alpha.shape) == tuple(ours.alpha.shape)
    assert sum(value.numel() for value in theirs.parameters() if value.ndim > 2) == sum(sizes)
    steps = updates(theirs, tasks, supergraph.batch_of(tasks, (32, 64)), channels_last=False)
    for phase in ("theta", "alpha"):
        kernels = [value for value in theirs.weights() if value.ndim > 2]
        before = [value.detach().clone() for value in kernels]
        alpha = theirs.alpha.detach().clone()
        assert np.isfinite(steps[phase]())
        same = [torch.equal(value, old) for value, old in zip(kernels, before, strict=True)]
        assert torch.equal(theirs.alpha, alpha) == (phase == "theta")
        assert all(same) if phase == "alpha" else not any(same)
