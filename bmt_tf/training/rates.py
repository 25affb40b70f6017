"""How fast each part of a network learns: what tasks share by a factor less, units of soft sharing by a factor more."""

import keras

from bmt_tf.grouping import Grouping
from bmt_tf.models import SoftSharing, node_sharing, unit_variables
from bmt_tf.runs.config import TrainConfig
from bmt_tf.training.optimizers import PerVariable


def set_rates(
    optimizer: PerVariable, model: keras.Model, structure: Grouping | SoftSharing, config: TrainConfig
) -> None:
    """Builds an optimizer for a network of whatever kind; called once, in the strategy's scope.

    Units learn at `unit_rate` times the rate of the other weights, on the same schedule, and do not decay: at such a
    rate decay would pull them to zero.
    Source: BMN, appendix A (100 times, after Misra et al., Cross-stitch Networks, 2016, sec. 5.2, and Gao et al.,
    NDDR-CNN, 2019); BMTAS, appendix A, for the division in branched networks. In MTAN, whose encoder gets the sum of
    all losses in one step, nothing is divided.
    """
    shares = node_sharing(structure) if config.divide_learning_rate and config.has_tree else {}
    factors = {
        id(variable): 1.0 / tasks
        for node, tasks in shares.items()
        for variable in model.get_layer(node).trainable_variables
    }
    units = {id(variable): config.unit_rate for variable in unit_variables(model)}
    optimizer.set_up(model.trainable_variables, factors | units, config.decay_all, without_decay=units)
