"""The two updates of a tiny search, built to be called one by one and to be begun anew."""

import numpy as np
import tensorflow as tf

from bmt_tf.costs import cost_table
from bmt_tf.runs import Run
from bmt_tf.runs.network import make_encoder
from bmt_tf.training.branch_search.data import split_for_search
from bmt_tf.training.branch_search.steps import SearchSteps

TEMPERATURE = np.float32(1.5)


def build(config, strategy):
    """Returns the steps of a search in a strategy's scope, at candidates that differ, and the first batch."""
    data = split_for_search(Run(config))
    encoder = make_encoder(config)
    table = cost_table(encoder, data.tasks, config.image_size, config.cost_unit)
    with strategy.scope():
        steps = SearchSteps(config, encoder, data.tasks, table)
    rng = np.random.default_rng(0)
    alpha = rng.normal(size=steps.supergraph.alpha.shape).astype(np.float32)
    steps.supergraph.alpha.assign(alpha)
    for place, variable in enumerate(weights_of(steps)):  # candidates that differ
        noise = np.random.default_rng(place).normal(size=variable.shape, scale=0.05)
        variable.assign(variable.numpy() + noise.astype(np.float32))
    return steps, next(iter(data.batches("theta", 0)))


class Built:
    """The steps on one device, with the functions that update, and what they start from."""

    def __init__(self, config):
        self.strategy = tf.distribute.get_strategy()
        self.steps, self.batch = build(config, self.strategy)
        self.theta_function = self.steps.theta_function(self.strategy)
        self.alpha_function = self.steps.alpha_function(self.strategy)
        self.variables = [
            *self.steps.supergraph.variables,
            *self.steps._theta_optimizer.variables,
            *self.steps._alpha_optimizer.variables,
        ]
        self._start = values_of(self.variables)

    def theta(self, batch, number, temperature=TEMPERATURE):
        return self.theta_function(batch, tf.constant(number, tf.int64), tf.constant(temperature))

    def alpha(self, batch, number, temperature=TEMPERATURE):
        return self.alpha_function(batch, tf.constant(number, tf.int64), tf.constant(temperature))

    def restart(self):
        for variable, value in zip(self.variables, self._start, strict=True):
            variable.assign(value)


def weights_of(steps):
    """Returns the variables that the weights' updates move."""
    return [v for v in steps.supergraph.trainable_variables if v is not steps.supergraph.alpha]


def values_of(variables):
    """Returns copies of the values."""
    return [np.array(variable.numpy()) for variable in variables]
