"""The shared network of the topic training in PyTorch: MobileNetV2 or ResNet-18 at stride 16, as ours in every layer.

Layers, channels and parameters are those of our networks. MobileNetV2's padding is PyTorch's, as much before a map as
after, where TensorFlow pads an even one after it alone: the sizes of all maps are equal, and so is the work.
"""

import functools
from collections.abc import Callable, Mapping

import torch
from torch import nn
from torch.nn.functional import cross_entropy, interpolate, l1_loss

from benchmarks.timing import times

# Channels, repeats, stride, expansion, and dilation of the first block and of the others, at stride 16.
MOBILENET_V2 = (
    (16, 1, 1, 1, 1, 1),
    (24, 2, 2, 6, 1, 1),
    (32, 3, 2, 6, 1, 1),
    (64, 4, 2, 6, 1, 1),
    (96, 3, 1, 6, 1, 1),
    (160, 3, 1, 6, 1, 2),
    (320, 1, 1, 6, 2, 2),
)
RESNET18 = ((64, 1), (128, 2), (256, 2), (512, 1))  # channels and stride of the first block
RATES = (6, 12, 18)  # of the ASPP
TRADED = (160, 512)  # channels of the stages whose stride is traded for dilation: the first block has no plain shortcut
LOW_LEVEL_CHANNELS = 48


class Network(nn.Module):
    """A network whose tasks share everything but their heads.

    Args:
        encoder: `mobilenet_v2_<width>` or `resnet18`.
        channels: By task the channels of its output.
    """

    def __init__(self, encoder: str, channels: Mapping[str, int]):
        super().__init__()
        mobile = encoder != "resnet18"
        self.stem, blocks, self.low_level = _mobilenet_v2(float(encoder.split("_")[-1])) if mobile else _resnet18()
        self.blocks = nn.ModuleList(blocks)
        features, low_level = blocks[-1].channels, blocks[self.low_level - 1].channels
        wide, act = (128, nn.ReLU6) if mobile else (256, nn.ReLU)
        self.aspp = Pyramid(features, wide, () if mobile else RATES, act)
        self.heads = nn.ModuleDict(
            {task: Head(low_level, wide, count, mobile, act) for task, count in channels.items()}
        )

    def forward(self, images):
        """Returns logits `[B, channels, H, W]` by task, for images 0..255 `[B, 3, H, W]`."""
        x = self.stem(images / 127.5 - 1)
        for number, block in enumerate(self.blocks, start=1):
            x = block(x)
            if number == self.low_level:
                low_level = x
        x = self.aspp(x)
        return {task: head(x, low_level, images.shape[2:]) for task, head in self.heads.items()}


class Block(nn.Module):
    """A path and what it is added to; `channels` are those of its output.

    Args:
        path: Its convolutions.
        shortcut: A layer, or None for no addition.
        channels: Channels of the output.
        activation: Layer behind the addition.
    """

    def __init__(self, path, shortcut, channels, activation):
        super().__init__()
        self.path, self.shortcut, self.activation, self.channels = path, shortcut, activation, channels

    def forward(self, x):
        """Returns the block's output."""
        found = self.path(x)
        return self.activation(found if self.shortcut is None else found + self.shortcut(x))


class Pyramid(nn.Module):
    """The ASPP: a 1x1 and dilated 3x3 convolutions beside global pooling."""

    def __init__(self, inputs, channels, rates, act):
        super().__init__()
        paths = [conv_norm(inputs, channels, act=act)]
        paths += [conv_norm(inputs, channels, 3, dilation=rate, act=act) for rate in rates]
        self.paths, self.image = nn.ModuleList(paths), conv_norm(inputs, channels, act=act)
        self.project = conv_norm((len(paths) + 1) * channels, channels, act=act)

    def forward(self, x):
        """Returns the joined paths."""
        pooled = self.image(x.mean((2, 3), keepdim=True)).expand(-1, -1, *x.shape[2:])
        return self.project(torch.cat([*(path(x) for path in self.paths), pooled], 1))


class Head(nn.Module):
    """The DeepLabv3+ decoder, its 3x3 convolutions depthwise separable or not."""

    def __init__(self, low_level, wide, channels, separable, act):
        super().__init__()
        self.reduce, fused = conv_norm(low_level, LOW_LEVEL_CHANNELS, act=act), []
        for inputs in (LOW_LEVEL_CHANNELS + wide, wide):
            if separable:
                fused += [conv_norm(inputs, inputs, 3, groups=inputs, act=act), conv_norm(inputs, wide, act=act)]
            else:
                fused += [conv_norm(inputs, wide, 3, act=act)]
        self.fuse, self.logits = nn.Sequential(*fused), nn.Conv2d(wide, channels, 1)

    def forward(self, x, low_level, size):
        """Returns logits at the size of the image."""
        low_level = self.reduce(low_level)
        x = interpolate(x, low_level.shape[2:], mode="bilinear", align_corners=False)
        x = self.logits(self.fuse(torch.cat([low_level, x], 1)))
        return interpolate(x, size, mode="bilinear", align_corners=False)


def _mobilenet_v2(width):
    at, blocks = _divisible(32 * width), []
    stem = conv_norm(3, at, 3, stride=2, act=nn.ReLU6)
    for channels, repeats, stride, expansion, first, others in MOBILENET_V2:
        filters = _divisible(int(channels * width))
        for index in range(repeats):
            wide, step = expansion * at, 1 if index else stride
            layers = [conv_norm(at, wide, act=nn.ReLU6)] if expansion > 1 else []
            dilation = others if index else first
            layers += [conv_norm(wide, wide, 3, stride=step, dilation=dilation, groups=wide, act=nn.ReLU6)]
            plain = at == filters and step == 1 and (index or channels not in TRADED)
            path = nn.Sequential(*layers, conv_norm(wide, filters))
            blocks.append(Block(path, nn.Identity() if plain else None, filters, nn.Identity()))
            at = filters
    return stem, blocks, 3


def _resnet18():
    stem = nn.Sequential(conv_norm(3, 64, 7, stride=2, act=nn.ReLU), nn.MaxPool2d(3, 2, 1))
    at, blocks = 64, []
    for channels, stride in RESNET18:
        for index in range(2):
            step, dilated = 1 if index else stride, 2 if channels in TRADED else 1
            first = conv_norm(at, channels, 3, stride=step, dilation=dilated if index else 1, act=nn.ReLU)
            path = nn.Sequential(first, conv_norm(channels, channels, 3, dilation=dilated))
            shortcut = nn.Identity() if at == channels else conv_norm(at, channels, stride=step)
            blocks.append(Block(path, shortcut, channels, nn.ReLU(inplace=True)))
            at = channels
    return stem, blocks, 2


def conv_norm(inputs, outputs, kernel=1, *, stride=1, dilation=1, groups=1, act=None):
    """Returns convolution, batch norm and, where one is given, an activation."""
    convolution = nn.Conv2d(
        inputs, outputs, kernel, stride, kernel // 2 * dilation, dilation=dilation, groups=groups, bias=False
    )
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), *([act(inplace=True)] if act else []))


def steps(encoder: str, tasks, batch, channels_last: bool, number: int) -> Callable[[], list[float]]:
    """Returns a function that makes some training steps and returns the seconds of each; it has made one.

    Args:
        encoder: As for `Network`.
        tasks: The `Task`s; one with classes learns by cross-entropy, another by its absolute error.
        batch: Batch of TensorFlow's tensors, as training takes it.
        channels_last: Whether maps lie in memory channel by channel of a pixel, as TensorFlow's do.
        number: Steps that a call makes.
    """
    network = Network(encoder, {task.name: task.channels for task in tasks}).train()
    images = planes(batch["image"])
    if channels_last:
        network, images = (value.to(memory_format=torch.channels_last) for value in (network, images))
    labels = {task.name: labels_of(batch["labels"][task.name], task.channels) for task in tasks}
    optimizer = torch.optim.SGD(network.parameters(), 0.005, momentum=0.9)

    def step():
        optimizer.zero_grad()
        outputs = network(images)
        loss = sum(task.weight * loss_of(outputs[task.name], labels[task.name]) for task in tasks)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    step()  # takes its memory
    return functools.partial(times, step, number)


def planes(tensor) -> torch.Tensor:
    """Returns TensorFlow's `[B, H, W, C]` as float32 `[B, C, H, W]`."""
    return torch.from_numpy(tensor.numpy()).permute(0, 3, 1, 2).contiguous().float()


def labels_of(tensor, channels: int) -> torch.Tensor:
    """Returns a task's labels: classes `[B, H, W]` where it has more channels than they, else what to come near to."""
    found = planes(tensor)
    return found[:, 0].long() if channels > found.shape[1] else found


def loss_of(output, label) -> torch.Tensor:
    """Returns cross-entropy of classes, or the mean absolute error."""
    if label.ndim == 3:
        return cross_entropy(output, label, ignore_index=255)
    return l1_loss(output, label)


def _divisible(channels):
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded
