"""Cost tables: the papers' rows to the unit, and equal to the built network."""

import functools

import keras
import numpy as np
import pytest
import toys

from bmt_tf.costs import cost_table, counted_units, model_cost
from bmt_tf.costs.unvalued import without_values
from bmt_tf.grouping import Grouping
from bmt_tf.models import Block, build_branched, get_encoder
from bmt_tf.tasks import get_task

PASCAL = {"semseg": 21, "human_parts": 7, "saliency": 1, "normals": 3, "edge": 1}
NYUD = {"semseg": 40, "normals": 3, "edge": 1, "depth": 1}
# Twice the papers' multiply-adds of each part. Source: the papers' counter run on the authors' network.
MOBILENET = {
    "stem": 111149056,
    "blocks": [101711872, 296878080, 263847936, 158531584, 113115136, 113115136, 77987840, 106889216, 106889216,
               106889216, 132022272, 235831296, 235831296, 311263232, 644710400, 644710400, 959119360, 151142272],
    "heads": [1480589312, 1421869056, 1396703232, 1405091840, 1396703232],
    "single": 31459130752, "shared": 11972591488,
}  # fmt: skip
MOBILENET_PARAMETERS = {
    "stem": 928,
    "blocks": [896, 5136, 8832, 10000, 14848, 14848, 21056, 54272, 54272, 54272, 66624, 118272, 118272, 155264, 320000,
               320000, 473920, 115456],
    "heads": [46725, 44919, 44145, 44403, 44145],
    "single": 9860177, "shared": 2151505,
}  # fmt: skip
RESNET_PASCAL = {
    "stem": 1238368256,
    "blocks": [2405433344, *[2275409920] * 2, 3885498368, *[2278555648] * 3, 3888906240, *[2280128512] * 5,
               12342788096, *[9123659776] * 2, 30737694464],
    "heads": [42848223232, 42730782720, 42680451072, 42697228288, 42680451072],
    "single": 691302824704, "shared": 309170274048,
}  # fmt: skip
RESNET_NYUD = {
    "stem": 1126997760,
    "blocks": [2199303680, *[2080422400] * 2, 3576581120, *[2102768640] * 3, 3588883200, *[2104220160] * 5,
               11390561280, *[8419783680] * 2, 28366410240],
    "heads": [39322140480, 39038359360, 39023019840, 39023019840],
    "single": 508720764160, "shared": 244485095680,
}  # fmt: skip
RESNET_PARAMETERS = {
    "stem": 9536,
    "blocks": [75008, *[70400] * 2, 379392, *[280064] * 3, 1512448, *[1117184] * 5, 6039552, *[4462592] * 2, 15535104],
    "heads": [1309045, 1305447, 1303905, 1304419, 1303905],
    "single": 201742401, "shared": 45569857,
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def built_once():
    """Lets the blocks of an encoder be built once for all tables: counting leaves them as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Block, "model", functools.cache(Block.model))
        yield


encoder_of = functools.cache(get_encoder)


def the_tasks(channels):
    return [get_task(name, channels=count) for name, count in channels.items()]


@pytest.mark.parametrize(
    "name, tasks, size, unit, expected",
    [
        ("mobilenet_v2_1.0", PASCAL, (512, 512), "paper_multiply_adds", MOBILENET),
        ("mobilenet_v2_1.0", PASCAL, (512, 512), "parameters", MOBILENET_PARAMETERS),
        ("resnet50", PASCAL, (512, 512), "paper_multiply_adds", RESNET_PASCAL),
        ("resnet50", NYUD, (425, 560), "paper_multiply_adds", RESNET_NYUD),
        ("resnet50", PASCAL, (512, 512), "parameters", RESNET_PARAMETERS),
    ],
)
def test_published_costs_to_the_unit(name, tasks, size, unit, expected):
    table = cost_table(encoder_of(name), the_tasks(tasks), size, unit)
    factor = 2 if unit == "paper_multiply_adds" else 1
    assert factor * table.stem == expected["stem"]
    assert [factor * cost for cost in table.blocks.values()] == expected["blocks"]
    assert [factor * cost for cost in table.heads.values()] == expected["heads"]
    assert factor * table.single() == expected["single"]
    assert factor * table.cost(Grouping.shared(list(tasks), list(table.blocks))) == expected["shared"]


def test_plain_multiply_adds_of_mobilenet():
    table = cost_table(encoder_of("mobilenet_v2_1.0"), the_tasks(PASCAL), (512, 512), "multiply_adds")
    assert (table.single(), table.shared()) == (15_854_411_776, 6_031_187_968)
    assert table.blocks["block_14"] == 156_303_360


def random_grouping(tasks, blocks, seed):
    routing = np.random.default_rng(seed).integers(0, 2, (len(blocks), len(tasks)))
    return Grouping.from_routing(tasks, blocks, routing)


@pytest.mark.parametrize("change", [lambda e: e.merged().folded(1), lambda e: e.folded(1)])
def test_table_equals_the_built_network(change):
    encoder = change(toys.staged_encoder())
    tasks = [get_task("semseg", channels=5), get_task("scene", channels=4), get_task("depth")]
    tables = [cost_table(encoder, tasks, (37, 53), unit) for unit in counted_units()]
    for seed in (2, 3):
        grouping = random_grouping([task.name for task in tasks], encoder.block_names, seed)
        assert max(grouping.branches) == 3
        network = build_branched(encoder, tasks, grouping)
        assert all(model_cost(network, table.unit, (37, 53)) == table.cost(grouping) for table in tables)


def test_costs_agree_with_a_walk_over_keras_applications():
    with without_values():
        reference = keras.applications.MobileNetV2((224, 224, 3), weights=None)
    assert model_cost(reference, "multiply_adds", (224, 224)) == 300_774_272
