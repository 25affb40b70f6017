"""A branch search in PyTorch as one would write it: a module for every candidate, all computed and mixed for each task.

Our own, on the network of `torch_network`; its alpha update has no price on cost, which ours has.
"""

from collections.abc import Callable, Mapping

import torch
from torch import nn
from torch.nn.functional import gumbel_softmax

from benchmarks.torch_network import Network, labels_of, loss_of, planes


class Supergraph(nn.Module):
    """A network with some candidates of every block and a head of each task.

    Args:
        encoder: As for `Network`.
        channels: By task the channels of its output.
        candidates: Candidates of a block.
    """

    def __init__(self, encoder: str, channels: Mapping[str, int], candidates: int):
        super().__init__()
        first, *others = (Network(encoder, channels) for _ in range(candidates))
        self.stem, self.heads, self.low_level = first.stem, first.heads, first.low_level
        columns = zip(*([*network.blocks, network.aspp] for network in (first, *others)), strict=True)
        self.blocks = nn.ModuleList(nn.ModuleList(column) for column in columns)
        self.alpha = nn.Parameter(torch.zeros(len(self.blocks), len(channels), candidates))

    def weights(self) -> list[nn.Parameter]:
        """Returns all parameters but alpha."""
        return [value for value in self.parameters() if value is not self.alpha]

    def forward(self, images, task: str, routing):
        """Returns a task's logits by its routing `[L, J]`, for images 0..255 `[B, 3, H, W]`."""
        x = self.stem(images / 127.5 - 1)
        for number, (candidates, shares) in enumerate(zip(self.blocks, routing, strict=True), start=1):
            x = sum(share * candidate(x) for share, candidate in zip(shares, candidates, strict=True))
            if number == self.low_level:
                low_level = x
        return self.heads[task](x, low_level, images.shape[2:])


def updates(network: Supergraph, tasks, batch, channels_last: bool) -> dict[str, Callable[[], float]]:
    """Returns the update of the weights, task by task, as `theta`, and that of the routing as `alpha`.

    Args:
        network: The supergraph.
        tasks: The `Task`s; one with classes learns by cross-entropy, another by its absolute error.
        batch: Batch of TensorFlow's tensors, as a search takes it.
        channels_last: Whether maps lie in memory channel by channel of a pixel, as TensorFlow's do.
    """
    network, images = network.train(), planes(batch["image"])
    if channels_last:
        network, images = (value.to(memory_format=torch.channels_last) for value in (network, images))
    labels = {task.name: labels_of(batch["labels"][task.name], task.channels) for task in tasks}
    of_weights = torch.optim.SGD(network.weights(), 0.005, momentum=0.9)
    of_alpha = torch.optim.Adam([network.alpha], 0.01)

    def loss(place, alpha):
        task = tasks[place]
        routing = gumbel_softmax(alpha, tau=1.0)[:, place]
        return task.weight * loss_of(network(images, task.name, routing), labels[task.name])

    def learn(trained: bool):
        for value in network.weights():
            value.requires_grad_(trained)

    def theta():
        learn(True)
        for place in range(len(tasks)):
            of_weights.zero_grad()
            found = loss(place, network.alpha.detach())
            found.backward()
            of_weights.step()
        return float(found.detach())

    def alpha():
        learn(False)
        of_alpha.zero_grad()
        for place in range(len(tasks)):
            found = loss(place, network.alpha)
            found.backward()
        of_alpha.step()
        return float(found.detach())

    return {"theta": theta, "alpha": alpha}
