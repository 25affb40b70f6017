"""BMN's numbers of parameters to the unit, of Cityscapes whole, of Taskonomy by their differences."""

import functools

import pytest

from bmt_tf.costs import cost_table
from bmt_tf.grouping import Grouping
from bmt_tf.models import Block, Encoder, Style, conv_norm, get_encoder
from bmt_tf.tasks import get_task

CITYSCAPES = {"semseg": (19, "psp"), "instances": (2, "psp"), "disparity": (1, "psp")}
TASKONOMY = {
    "depth": (1, "taskonomy_bottleneck"),
    "semseg": (17, "taskonomy_bottleneck"),
    "scene": (63, "taskonomy_scene"),
    "texture_edges": (1, "taskonomy"),
    "keypoints": (1, "taskonomy_bottleneck"),
}
ENCODER, STEM = 23_508_032, 9_536
STAGES = [215_808, 1_219_584, 7_098_368, 14_964_736]


@functools.cache
def parameters(of):
    """The table of parameters of one of the two, with stages as blocks, as BMN's trees have them."""
    name, options, heads, size = {
        "cityscapes": ("resnet50", {"output_stride": 8, "aspp": False}, CITYSCAPES, (256, 512)),
        "taskonomy": ("resnet50_taskonomy", {}, TASKONOMY, (256, 256)),
    }[of]
    tasks = [get_task(task, channels=channels, head=head) for task, (channels, head) in heads.items()]
    return cost_table(get_encoder(name, **options).merged(), tasks, size, "parameters")


def costs_with(table, branches):
    """What a tree with so many branches in each stage costs, whichever tasks they are of."""
    tasks = tuple(table.heads)
    partitions = [(*((task,) for task in tasks[: count - 1]), tasks[count - 1 :]) for count in branches]
    return table.cost(Grouping(tasks, tuple(table.blocks), partitions))


@pytest.mark.parametrize("of", ["cityscapes", "taskonomy"])
def test_the_encoder_is_resnet_50(of):
    table = parameters(of)
    assert (table.stem, list(table.blocks.values())) == (STEM, STAGES) and STEM + sum(STAGES) == ENCODER


def test_decoders_of_cityscapes_and_its_rows():
    table = parameters("cityscapes")
    assert list(table.heads.values()) == [23_083_539, 23_074_818, 23_074_305]
    assert table.single() == 139_756_758
    rows = {(1, 1, 1, 1): 92_740_694, (1, 1, 1, 2): 107_705_430, (1, 1, 2, 2): 114_803_798, (1, 2, 2, 2): 116_023_382}
    assert {branches: costs_with(table, branches) for branches in rows} == rows


def test_decoders_of_taskonomy_in_both_readings_and_the_head_of_scenes():
    found = parameters("taskonomy").heads
    code = 9 * 2048 * 8 + 2 * 8
    assert found["depth"] == found["keypoints"] == 16_600_481 == 16_453_009 + code
    assert found["semseg"] == 16_455_329 + code
    assert found["texture_edges"] == 35_253_649
    assert found["scene"] == 4_327_487 + code


def test_rows_of_taskonomy_differ_as_they_do_in_print():
    table = parameters("taskonomy")
    shared = table.shared()
    assert table.single() - shared == 94_032_128
    above = {(1, 1, 3, 3): 44_126_208, (1, 1, 1, 4): 44_894_208, (1, 1, 3, 4): 59_090_944, (1, 1, 4, 4): 66_189_312}
    assert {branches: costs_with(table, branches) - shared for branches in above} == above


def test_the_papers_count_of_a_pyramid_pooling_decoder():
    def block(name, **options):
        return Block(name, lambda x: conv_norm(x, f"{name}_conv", channels, style, **options))

    channels, width, places, style = 128, 32, 32 * 64, Style(separable=False)
    encoder = Encoder("mine", block("stem", strides=8), [block("last")], stride=8, style=style)
    table = cost_table(encoder, [get_task("semseg", channels=19, head="psp")], (256, 512), "paper_multiply_adds")
    fuse = width * (9 * 2 * channels - 1 / 2) + 19 * width
    assert table.heads["semseg"] == 50 * width * (channels - 1 / 2) + places * fuse
