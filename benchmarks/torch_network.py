"""The shared network of the topic training in PyTorch: MobileNetV2 at stride 16, R-ASPP, a DeepLabv3+ head per task.

Layers, channels and parameters are those of our network. Padding is PyTorch's, as much before a map as after, where
TensorFlow pads an even one after it alone: the sizes of all maps are equal, and so is the work.
"""

import functools
from collections.abc import Callable, Mapping

import torch
from torch import nn
from torch.nn.functional import cross_entropy, interpolate, l1_loss

from benchmarks.timing import times

# Channels, repeats, stride, expansion, and dilation of the first block and of the others, at stride 16.
STAGES = (
    (16, 1, 1, 1, 1, 1),
    (24, 2, 2, 6, 1, 1),
    (32, 3, 2, 6, 1, 1),
    (64, 4, 2, 6, 1, 1),
    (96, 3, 1, 6, 1, 1),
    (160, 3, 1, 6, 1, 2),
    (320, 1, 1, 6, 2, 2),
)
SAME_STAGE = 5  # whose first block had a stride before it was traded for dilation, and so has no shortcut
LOW_LEVEL, LOW_LEVEL_CHANNELS, HEAD_CHANNELS = 3, 48, 128


class Network(nn.Module):
    """MobileNetV2 of a width whose tasks share everything but their heads.

    Args:
        width: Factor on all channels.
        channels: By task the channels of its output.
    """

    def __init__(self, width: float, channels: Mapping[str, int]):
        super().__init__()
        at = _divisible(32 * width)
        self.stem = conv_norm(3, at, 3, stride=2)
        self.blocks = nn.ModuleList()
        for stage, (filters, repeats, stride, expansion, first, others) in enumerate(STAGES):
            for index in range(repeats):
                filters_here = _divisible(int(filters * width))
                shortcut = at == filters_here and not (index == 0 and (stride > 1 or stage == SAME_STAGE))
                step = {"stride": 1 if index else stride, "dilation": others if index else first}
                self.blocks.append(InvertedResidual(at, filters_here, expansion, shortcut, **step))
                at = filters_here
        self.local, self.image = conv_norm(at, HEAD_CHANNELS), conv_norm(at, HEAD_CHANNELS)
        self.project = conv_norm(2 * HEAD_CHANNELS, HEAD_CHANNELS)
        low_level = self.blocks[LOW_LEVEL - 1].channels
        self.heads = nn.ModuleDict({task: Head(low_level, count) for task, count in channels.items()})

    def forward(self, images):
        """Returns logits `[B, channels, H, W]` by task, for images 0..255 `[B, 3, H, W]`."""
        x = self.stem(images / 127.5 - 1)
        for number, block in enumerate(self.blocks, start=1):
            x = block(x)
            if number == LOW_LEVEL:
                low_level = x
        pooled = self.image(x.mean((2, 3), keepdim=True)).expand(-1, -1, *x.shape[2:])
        x = self.project(torch.cat([self.local(x), pooled], 1))
        return {task: head(x, low_level, images.shape[2:]) for task, head in self.heads.items()}


class InvertedResidual(nn.Module):
    """A block of MobileNetV2; `channels` are those of its output."""

    def __init__(self, inputs, channels, expansion, shortcut, stride, dilation):
        super().__init__()
        wide = expansion * inputs
        expand = [conv_norm(inputs, wide)] if expansion > 1 else []
        depthwise = conv_norm(wide, wide, 3, stride=stride, dilation=dilation, groups=wide)
        self.path = nn.Sequential(*expand, depthwise, conv_norm(wide, channels, activate=False))
        self.channels, self.shortcut = channels, shortcut

    def forward(self, x):
        """Returns the block's output."""
        return x + self.path(x) if self.shortcut else self.path(x)


class Head(nn.Module):
    """The DeepLabv3+ decoder with depthwise separable convolutions."""

    def __init__(self, low_level, channels):
        super().__init__()
        self.reduce = conv_norm(low_level, LOW_LEVEL_CHANNELS)
        fused = []
        for inputs in (LOW_LEVEL_CHANNELS + HEAD_CHANNELS, HEAD_CHANNELS):
            fused += [conv_norm(inputs, inputs, 3, groups=inputs), conv_norm(inputs, HEAD_CHANNELS)]
        self.fuse, self.logits = nn.Sequential(*fused), nn.Conv2d(HEAD_CHANNELS, channels, 1)

    def forward(self, x, low_level, size):
        """Returns logits at the size of the image."""
        low_level = self.reduce(low_level)
        x = interpolate(x, low_level.shape[2:], mode="bilinear", align_corners=False)
        x = self.logits(self.fuse(torch.cat([low_level, x], 1)))
        return interpolate(x, size, mode="bilinear", align_corners=False)


def conv_norm(inputs, outputs, kernel=1, *, stride=1, dilation=1, groups=1, activate=True):
    """Returns convolution, batch norm and, unless `activate` is False, ReLU6."""
    convolution = nn.Conv2d(
        inputs, outputs, kernel, stride, kernel // 2 * dilation, dilation=dilation, groups=groups, bias=False
    )
    layers = [convolution, nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.001)]
    return nn.Sequential(*layers, *([nn.ReLU6(inplace=True)] if activate else []))


def steps(width: float, tasks, batch, channels_last: bool, number: int) -> Callable[[], list[float]]:
    """Returns a function that makes some training steps and returns the seconds of each.

    Args:
        width: Factor on all channels.
        tasks: The `Task`s; one with classes learns by cross-entropy, another by its absolute error.
        batch: Batch of TensorFlow's tensors, as training takes it.
        channels_last: Whether maps lie in memory channel by channel of a pixel, as TensorFlow's do.
        number: Steps that a call makes.
    """
    network = Network(width, {task.name: task.channels for task in tasks}).train()
    images = _planes(batch["image"])
    if channels_last:
        network, images = (value.to(memory_format=torch.channels_last) for value in (network, images))
    labels = {task.name: _labels(batch["labels"][task.name], task.channels) for task in tasks}
    optimizer = torch.optim.SGD(network.parameters(), 0.005, momentum=0.9)

    def step():
        optimizer.zero_grad()
        outputs = network(images)
        loss = sum(task.weight * _loss(outputs[task.name], labels[task.name]) for task in tasks)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    step()  # takes its memory
    return functools.partial(times, step, number)


def _planes(tensor):
    return torch.from_numpy(tensor.numpy()).permute(0, 3, 1, 2).contiguous().float()


def _labels(tensor, channels):
    planes = _planes(tensor)
    return planes[:, 0].long() if channels > planes.shape[1] else planes


def _loss(output, label):
    if label.ndim == 3:
        return cross_entropy(output, label, ignore_index=255)
    return l1_loss(output, label)


def _divisible(channels):
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded
