"""The warm-up of a search: branched training of the separate tree, task by task, before there is a supergraph."""

import keras
import tensorflow as tf

from bmt_tf.grouping import Grouping
from bmt_tf.models.encoder import Encoder
from bmt_tf.runs.checkpoints import Checkpoints
from bmt_tf.runs.network import build_network
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.supergraph import warm_up_grouping
from bmt_tf.tasks import Task
from bmt_tf.training.optimizers import make_optimizer
from bmt_tf.training.sequential import label_counts, sum_if_labelled
from bmt_tf.training.traced_update import TracedUpdate


class WarmUp:
    """The network of the warm-up and its update; built in the strategy's scope.

    Task t trains candidate t alone; with fewer candidates than tasks, those of equal t mod J share theirs. The rate is
    constant and not divided by the number of tasks; the optimizer's state goes no further.
    Source: BMTAS, appendix A.
    """

    def __init__(self, config: SearchConfig, encoder: Encoder, tasks: tuple[Task, ...]):
        self.config, self.tasks = config, tasks
        self.grouping: Grouping = warm_up_grouping(config.tasks, encoder.block_names, config.resolved_candidates)
        scaled = config.at_search_scale()
        self.model = build_network(scaled, encoder, self.grouping, tasks, plain_last_norm=True)
        self._paths = {task.name: keras.Model(self.model.inputs, self.model.output[task.name]) for task in tasks}
        self._optimizer = make_optimizer(config.optimizer, config.learning_rate, config.weight_decay)
        self._optimizer.set_up(self.model.trainable_variables, {}, config.decay_all)

    def checkpoints(self, directory: str, writes: bool) -> Checkpoints:
        """Returns the checkpoints of the warm-up, which have a directory of their own."""
        return Checkpoints(directory, writes, model=self.model, optimizer=self._optimizer)

    def step_function(self, strategy: tf.distribute.Strategy) -> TracedUpdate:
        """Returns the function that updates every task's path once, for tasks that have a label in the batch.

        It takes a global batch and returns `losses` and `labelled` by task.
        """

        def update(batch):
            counts = label_counts(strategy, self.tasks, batch["labels"])
            losses = {}
            for place, task in enumerate(self.tasks):
                arguments = place, batch["image"], batch["labels"][task.name], counts[task.name]
                [losses[task.name]] = sum_if_labelled(strategy, counts[task.name], self._update_path, arguments, [()])
            return {"losses": losses, "labelled": {name: count[0] > 0 for name, count in counts.items()}}

        return TracedUpdate(update, xla=self.config.xla)

    def _update_path(self, place, image, labels, counts) -> list[tf.Tensor]:
        task = self.tasks[place]
        path = self._paths[task.name]
        with tf.GradientTape() as tape:
            loss = task.loss(path(image, training=True), labels, counts)
            weighted = task.weight * loss
        variables = path.trainable_variables
        self._optimizer.apply_gradients(zip(tape.gradient(weighted, variables), variables, strict=True))
        return [loss]
