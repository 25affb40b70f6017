"""Fixtures: settings of a tiny run, runs that several tests look at, and a data folder."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
from forked_programs import ForkedPrograms
from PIL import Image

from bmt_tf.grouping import Grouping


@pytest.fixture(scope="session")
def forked():
    """Runs programs in processes of their own that begin with TensorFlow imported."""
    programs = ForkedPrograms()
    yield programs
    programs.close()


@pytest.fixture
def tiny(tmp_path):
    """A function that returns the settings of a run of two tasks, with changes."""
    from tiny_runs import tiny_training

    return lambda name="run", **changes: tiny_training(**{"run_dir": tmp_path / name} | changes)


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """The file of a tree of the two tasks that part after the first block."""
    import toys

    path = tmp_path_factory.mktemp("tree") / "grouping.json"
    routing = np.array([[0, 0], [0, 1], [0, 1]])
    Grouping.from_routing(("semseg", "depth"), toys.BLOCKS, routing, encoder="small").save(path)
    return str(path)


@pytest.fixture(scope="session")
def trained(tmp_path_factory, tree):
    """The settings of a finished run of the tree on one replica; not to be written to."""
    from tiny_runs import tiny_training

    from bmt_tf.training import train

    config = tiny_training(
        tmp_path_factory.mktemp("trained") / "run", grouping=tree, batch_size=4, steps=3, replicas=1, held_out=4
    )
    train(config)
    return config


@pytest.fixture(scope="session")
def trained_shared(tmp_path_factory, trained):
    """The directory of a finished run of the settings of `trained` that shares every block; not to be written to.

    But for `difficulty.npz`, which the first to measure it leaves there.
    """
    from bmt_tf.training import train

    run_dir = str(tmp_path_factory.mktemp("shared") / "run")
    return train(dataclasses.replace(trained, run_dir=run_dir, grouping="shared"))


@pytest.fixture(scope="session")
def trained_singles(tmp_path_factory, trained):
    """Finished and scored single-task runs of the settings of `trained`, by task; not to be written to."""
    from bmt_tf.training import evaluate, train_singles

    config = dataclasses.replace(trained, run_dir=str(tmp_path_factory.mktemp("singles")))
    runs = dict(zip(config.tasks, train_singles(config), strict=True))
    for run_dir in runs.values():
        evaluate(run_dir, time_it=False)
    return runs


@pytest.fixture
def copied(tmp_path):
    """A function that copies a run to a place where it may be changed."""

    def copy(run_dir, name="copy"):
        return shutil.copytree(run_dir, tmp_path / name)

    return copy


@pytest.fixture
def photographs(tmp_path):
    """A function that writes a data folder of 6 + 4 noise images of 32 x 32 and returns its path.

    Its argument maps task names to their settings in `dataset.json`, and to a function `(random, number) -> label`;
    labels that are None are left out, integers become .png files and others .npy.
    """

    def write(tasks):
        root, random = tmp_path / "photographs", np.random.default_rng(0)
        for split, count in (("train", 6), ("val", 4)):
            for number in range(count):
                image = random.integers(0, 256, [32, 32, 3], np.uint8)
                _store(root / split / "image" / f"{number}.png", image)
                for name, (_, label) in tasks.items():
                    _store(root / split / name / f"{number}", label(random, number))
        description = {"version": 1, "tasks": {name: values for name, (values, _) in tasks.items()}}
        (root / "dataset.json").write_text(json.dumps(description))
        return str(root)

    return write


def _store(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    if values is None:
        return
    if values.dtype == np.uint8 and values.ndim > 1:
        Image.fromarray(values).save(path.with_suffix(".png"))
    else:
        np.save(path.with_suffix(".npy"), values)
