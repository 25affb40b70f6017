"""SGD with momentum and Adam as the papers use them, with a rate and a decay per variable.

Keras' own differ from the papers' in three ways: its momentum holds the rate inside, so a change of rate acts late; its
weight decay is decoupled; and a rate per variable needs an optimizer per group. Here the decay joins the gradient, the
rate scales the whole update of a variable, and each update is one fused kernel that works in place.
"""

from collections.abc import Collection, Iterable, Mapping

import keras
import numpy as np
import tensorflow as tf


class PerVariable(keras.optimizers.Optimizer):
    """An optimizer whose rate and weight decay may differ by variable."""

    def __init__(self, learning_rate: float, weight_decay: float, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self._kernel_decay = weight_decay
        self._rates: dict[str, float] = {}
        self._decayed: set[str] = set()

    def set_up(
        self, variables: list, factors: Mapping[int, float], decay_all: bool, without_decay: Collection[int] = ()
    ) -> None:
        """Builds the slots for all trainable variables; called once, in the strategy's scope.

        A variable's update is multiplied by its entry in `factors`, `id(variable)` -> factor; 1 if absent. With
        `decay_all` batch norm and biases decay too, but no variable whose `id` is in `without_decay`.
        """
        self.build(variables)
        for variable in variables:
            key = self._var_key(variable)
            self._rates[key] = factors.get(id(variable), 1.0)
            if id(variable) not in without_decay and (decay_all or "kernel" in variable.name):
                self._decayed.add(key)

    def slots(self) -> list:
        """Returns the variables that hold momenta, to be reset without touching counters."""
        return [variable for group in self._slot_groups() for variable in group]

    def reset_slots(self) -> None:
        """Sets every momentum to zero."""
        for variable in self.slots():
            variable.assign(tf.zeros(variable.shape, variable.dtype))

    def _slot_groups(self) -> Iterable[list]:
        return ()

    def _prepared(self, gradient, variable, learning_rate):
        key = self._var_key(variable)
        if key in self._decayed and self._kernel_decay:
            gradient = gradient + self._kernel_decay * variable
        rate = self._rates.get(key, 1.0)
        return gradient, learning_rate if rate == 1.0 else learning_rate * rate


class MomentumSGD(PerVariable):
    """SGD with momentum: v = momentum * v + gradient; weight -= rate * v.

    The gradient holds `weight_decay` times the weight; the loop assigns `learning_rate` before every update.
    Source: BMTAS, appendix A (SGD, momentum 0.9, weight decay 1e-4).
    """

    def __init__(self, learning_rate: float, momentum: float = 0.9, weight_decay: float = 0.0, **kwargs):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self._velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        gradient, rate = self._prepared(gradient, variable, learning_rate)
        velocity = self._velocities[self._get_variable_index(variable)]
        tf.raw_ops.ResourceApplyMomentum(
            var=_handle(variable), accum=_handle(velocity), lr=rate, grad=gradient, momentum=self.momentum
        )

    def _slot_groups(self):
        return (self._velocities,)


class CoupledAdam(PerVariable):
    """Adam whose weight decay joins the gradient; the loop assigns `learning_rate` before every update.

    Source: BMTAS, appendix A (alpha: Adam 0.01, weight decay 5e-5); BMN, appendix B.
    """

    def __init__(
        self,
        learning_rate: float,
        weight_decay: float = 0.0,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        **kwargs,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self._first, self._second = self.add_optimizer_variables(variables, ["first_moment", "second_moment"])
        # Bias correction counts the updates of each variable since the last reset, not the calls: where tasks are
        # updated in turn, a head is updated once a batch and what tasks share once for every task.
        self._updates = self.add_variable(
            shape=(len(variables),), dtype="float32", aggregation="only_first_replica", name="updates"
        )

    def apply_gradients(self, grads_and_vars):
        grads_and_vars = list(grads_and_vars)
        updated = np.zeros(self._updates.shape, np.float32)
        updated[
            [self._get_variable_index(variable) for gradient, variable in grads_and_vars if gradient is not None]
        ] = 1
        self._updates.assign_add(updated)
        # Once for all variables: apart, they were half of the operations of a training step.
        updates, self._betas = self._updates.value, [tf.constant(beta) for beta in (self.beta_1, self.beta_2)]
        self._powers = [tf.unstack(beta**updates) for beta in self._betas]
        self._small = tf.constant(self.epsilon)
        return super().apply_gradients(grads_and_vars)

    def update_step(self, gradient, variable, learning_rate):
        gradient, rate = self._prepared(gradient, variable, learning_rate)
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._first[index]),
            v=_handle(self._second[index]),
            beta1_power=self._powers[0][index],
            beta2_power=self._powers[1][index],
            lr=rate,
            beta1=self._betas[0],
            beta2=self._betas[1],
            epsilon=self._small,
            grad=gradient,
        )

    def reset_slots(self):
        """Sets the moments and their counters to zero."""
        super().reset_slots()
        self._updates.assign(tf.zeros(self._updates.shape))

    def _slot_groups(self):
        return self._first, self._second


def make_optimizer(name: str, learning_rate: float, weight_decay: float) -> PerVariable:
    """Returns the named optimizer, `sgd` or `adam`, not yet built."""
    return {"sgd": MomentumSGD, "adam": CoupledAdam}[name](learning_rate, weight_decay=weight_decay)


def _handle(variable) -> tf.Tensor:
    """Returns the resource of a Keras or TensorFlow variable; inside `update` that of this replica's copy."""
    return variable.value.handle if isinstance(variable, keras.Variable) else variable.handle
