"""How fast each part of a network learns: held against the updates it gets."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from tiny_runs import tiny_training

from bmt_tf.models import unit_variables
from bmt_tf.runs import Run
from bmt_tf.runs.network import build_network, resolve_structure
from bmt_tf.training.optimizers import make_optimizer
from bmt_tf.training.rates import set_rates


@pytest.mark.parametrize(("network", "own"), [("cross_stitch", 100.0), ("nddr", 100.0), ("mtan", None)])
def test_units_learn_faster_and_do_not_decay(network, own, tmp_path):
    config = tiny_training(tmp_path, network=network, encoder="staged", weight_decay=0.5)
    run = Run(config)
    structure = resolve_structure(config, run.encoder)
    model = build_network(config, run.encoder, structure, run.tasks)
    units = {id(variable) for variable in unit_variables(model)}
    assert bool(units) == (own is not None)
    for decay_all in (False, True):
        optimizer = make_optimizer("sgd", 0.01, config.weight_decay)
        set_rates(optimizer, model, structure, dataclasses.replace(config, decay_all=decay_all))
        before = [variable.numpy() for variable in model.trainable_variables]
        optimizer.apply_gradients((tf.ones(v.shape), v) for v in model.trainable_variables)
        for variable, old in zip(model.trainable_variables, before, strict=True):
            if id(variable) in units:
                expected = own * np.ones(old.shape)
            else:  # Nothing is divided, MTAN's shared encoder neither.
                decays = decay_all or "kernel" in variable.name
                expected = 1 + 0.5 * old * decays
            np.testing.assert_allclose((old - variable.numpy()) / 0.01, expected, rtol=1e-3, atol=1e-3)
