"""Made-up studies of the tasks of two figures, as values."""

import dataclasses
import json

import numpy as np
import pytest

from bmt_tf.affinity import AffinityResult
from bmt_tf.grouping import Grouping
from bmt_tf.report.papers.printed import paper_table
from bmt_tf.report.study import Front, FrontPoint, ReportedRun, Score, Study
from bmt_tf.runs import Run, TrainConfig
from bmt_tf.search import all_groupings, exact_front, fafs_front

GAINS = {"shared": -4.0, "bmn": -1.5, "fafs": -2.0, "bmtas": -1.0, "all": -2.5, "": 0.5}


def likeness(tasks, blocks):
    """An affinity that falls with depth, the first two tasks the most alike."""
    random = np.random.default_rng(0)
    values = random.uniform(0.1, 0.5, (len(blocks), len(tasks), len(tasks)))
    values[:, 0, 1] = values[:, 1, 0] = 0.8
    values = 1 - np.linspace(0.2, 1, len(blocks))[:, None, None] * (1 - (values + values.transpose(0, 2, 1)) / 2)
    values[:, range(len(tasks)), range(len(tasks))] = 1
    return AffinityResult(values, tasks, blocks, ("a", "b"), np.zeros((0, *values.shape)))


def front_of(name, points, method, table, number):
    """A front as a report reads it, of which one tree is chosen."""
    chosen = points[number].grouping
    signed = Grouping(chosen.tasks, chosen.blocks, chosen.partitions, "", {"method": method})
    found = [
        FrontPoint(one.cost, one.score, n == number, "", json.dumps(one.grouping.partitions))
        for n, one in enumerate(points)
    ]
    return Front(name, tuple(found), table.unit, signed, costs=table)


def network(name, tree, method, cost, unit, encoder, seed=0):
    """A network with scores, a cost and a gain."""
    signed = Grouping(tree.tasks, tree.blocks, tree.partitions, "", {"method": method} if method else None)
    settings = TrainConfig(
        run_dir=name, data="mine", tasks=tree.tasks, encoder=encoder, image_size=(32, 64), steps=10, seed=seed
    )
    scores = {task: Score("", 0.5, "", 10, False) for task in tree.tasks}
    delta = {"value": GAINS[method] + 0.2 * seed, "per_task": {}, "references": {}}
    return ReportedRun(name, Run(settings, {}), signed, scores, {unit: cost}, delta, "val", 10, 10)


@pytest.fixture(scope="session")
def cityscapes():
    """A study of the tasks of BMN, table 1, with the path of bmn, that of fafs and networks of some of their trees."""
    table = paper_table("bmn.1").costs
    tasks, blocks = tuple(table.heads), tuple(table.blocks)
    affinity = likeness(tasks, blocks)
    points = {
        "bmn": exact_front(affinity.dissimilarity, tasks, table),
        "fafs": fafs_front(affinity.affinity[-1], tasks, table),
    }
    fronts = [front_of(f"trees/{name}", found, name, table, len(found) // 2) for name, found in points.items()]
    runs = [network("shared", Grouping.shared(tasks, blocks), "shared", table.shared(), table.unit, "resnet50_keras")]
    runs += [
        network(f"{name}_{number}/seed_{seed}", one.grouping, name, one.cost, table.unit, "resnet50_keras", seed)
        for name, found in points.items()
        for number, one in enumerate(found[1:-1])
        for seed in (0, 1)
    ]
    return Study("cityscapes", tuple(runs), {"affinity": affinity}, tuple(fronts), (), ())


@pytest.fixture(scope="session")
def listed(cityscapes):
    """The same study with a network of each of all trees instead, among which are those that bmn and fafs choose."""
    table = paper_table("bmn.1").costs
    trees = enumerate(all_groupings(tuple(table.heads), tuple(table.blocks)))
    runs = [network(f"all_{n}", one, "all", table.cost(one), table.unit, "resnet50_keras") for n, one in trees]
    return dataclasses.replace(cityscapes, runs=tuple(runs))


@pytest.fixture(scope="session")
def pascal():
    """A study of the tasks of BMTAS, table 1: a network as dear as the printed ones, one much cheaper, an affinity."""
    tasks, blocks = paper_table("bmtas.1").tasks, tuple(f"block_{number}" for number in range(1, 7))
    pairs = (tasks[:2], tasks[2:3], tasks[3:])
    tree = Grouping(tasks, blocks, [[tasks]] * 2 + [[(*tasks[:2], tasks[2]), tasks[3:]]] * 2 + [pairs] * 2)
    unit = "paper_multiply_adds"
    runs = [
        network("bmtas_2", tree, "bmtas", 9.3e9, unit, "mobilenet_v2_1.0"),
        network("shared", Grouping.shared(tasks, blocks), "shared", 6e9, unit, "mobilenet_v2_1.0"),
        network("tiny", tree, "bmtas", 9e6, unit, "narrow"),
    ]
    return Study("pascal", tuple(runs), {"affinity": likeness(tasks, blocks)}, (), (), ())
