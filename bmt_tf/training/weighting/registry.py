"""From the name of a way to weigh losses to the way."""

from collections.abc import Sequence

from bmt_tf.runs.weightings import WeightingChoice
from bmt_tf.tasks import Task
from bmt_tf.training.weighting.constant import ConstantWeights
from bmt_tf.training.weighting.dwa import DynamicWeightAverage
from bmt_tf.training.weighting.gradnorm import GradNorm
from bmt_tf.training.weighting.mgda_ub import MultipleGradientDescent
from bmt_tf.training.weighting.uncertainty import Uncertainty
from bmt_tf.training.weighting.weighting import Weighting


def make_weighting(choice: WeightingChoice, tasks: Sequence[Task], epoch: int = 1) -> Weighting:
    """Returns a way to weigh losses, at its start; to be called in the strategy's scope.

    Args:
        choice: Its name and options.
        tasks: The tasks of the network.
        epoch: Updates in an epoch, at least 1.
    """
    count, options = len(tasks), choice.options
    ones = [1.0] * count
    makers = {
        "fixed": lambda: ConstantWeights([task.weight for task in tasks]),
        "uniform": lambda: ConstantWeights(ones),
        "balanced": lambda batches: ConstantWeights(ones),  # until they are measured
        "uncertainty": lambda **kwargs: Uncertainty(count, **kwargs),
        "dwa": lambda **kwargs: DynamicWeightAverage(count, epoch=epoch, **kwargs),
        "gradnorm": lambda **kwargs: GradNorm(count, **kwargs),
        "mgda_ub": lambda **kwargs: MultipleGradientDescent(**kwargs),
    }
    return makers[choice.name](**options)
