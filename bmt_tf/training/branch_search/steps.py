"""The two updates of a search: of the weights (theta), task by task, and of the routing distribution (alpha)."""

from collections.abc import Mapping

import keras
import tensorflow as tf

from bmt_tf.costs import CostTable
from bmt_tf.models.encoder import Encoder
from bmt_tf.models.fresh_weights import drawn_for, network_seed
from bmt_tf.runs.network import dtype_policy
from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.supergraph import Supergraph, expected_cost, gumbel_softmax
from bmt_tf.tasks import Task
from bmt_tf.training.branch_search.data import derived_seed
from bmt_tf.training.branch_search.schedule import Update
from bmt_tf.training.optimizers import CoupledAdam, make_optimizer
from bmt_tf.training.schedules import make_schedule
from bmt_tf.training.sequential import label_counts, sum_if_labelled
from bmt_tf.training.traced_update import TracedUpdate


class SearchSteps:
    """The supergraph with its two optimizers; built in the strategy's scope."""

    def __init__(self, config: SearchConfig, encoder: Encoder, tasks: tuple[Task, ...], table: CostTable):
        self.config, self.tasks, self.table = config, tasks, table
        with dtype_policy(config), drawn_for(network_seed(config.seed), "supergraph"):
            self.supergraph = Supergraph(encoder, tasks, config.resolved_candidates)
        variables = [v for task in tasks for v in self.supergraph.theta_variables(task.name)]
        self._schedule = make_schedule(config)
        self._theta_optimizer = make_optimizer(config.optimizer, config.learning_rate, config.weight_decay)
        self._theta_optimizer.set_up(list({id(v): v for v in variables}.values()), {}, config.decay_all)
        self._alpha_optimizer = CoupledAdam(config.alpha_learning_rate, config.alpha_weight_decay)
        self._alpha_optimizer.set_up([self.supergraph.alpha], {}, decay_all=True)

    def tracked(self) -> dict:
        """Returns what a checkpoint holds, by name."""
        return {
            "supergraph": self.supergraph,
            "theta_optimizer": self._theta_optimizer,
            "alpha_optimizer": self._alpha_optimizer,
        }

    def begin(self, update: Update) -> None:
        """Resets what a change of phase resets; to be called before the first update of a pass.

        Source: BMTAS, appendix A: the momentum of the weights and the statistics of batch norm begin anew after every
        change of alpha. The authors' code resets alpha's Adam too.
        """
        if update.phase == "theta":
            self._theta_optimizer.reset_slots()
            self.supergraph.reset_moving_statistics()
        elif self.config.reset_alpha_optimizer:
            self._alpha_optimizer.reset_slots()

    def theta_function(self, strategy: tf.distribute.Strategy) -> TracedUpdate:
        """Returns the function that updates the weights once for every task that has a label in the batch.

        It takes a global batch, its number and the temperature, and returns `losses` and `labelled` by task.
        Source: BMTAS, appendix A: "We update the supergraph sequentially for each task."
        """

        def update(batch, number, temperature):
            self._theta_optimizer.learning_rate.assign(self._schedule(number))
            routing = gumbel_softmax(_value(self.supergraph.alpha), temperature, self._seed("theta", number))
            if self.config.hard_theta:
                routing = tf.argmax(routing, axis=-1, output_type=tf.int32)
            counts = label_counts(strategy, self.tasks, batch["labels"])
            losses = {}
            for place, task in enumerate(self.tasks):
                arguments = place, batch["image"], batch["labels"][task.name], counts[task.name], routing[:, place]
                [losses[task.name]] = sum_if_labelled(strategy, counts[task.name], self._update_theta, arguments, [()])
            return {"losses": losses, "labelled": _labelled(counts)}

        return TracedUpdate(update, xla=self.config.xla)

    def alpha_function(self, strategy: tf.distribute.Strategy) -> TracedUpdate:
        """Returns the function that updates alpha once, by the gradients of all tasks and of the expected cost.

        It takes a global batch, its number and the temperature, and returns `losses` and `labelled` by task,
        `expected_cost` in the unit of the table, and `finite`: whether alpha is, by task.
        Source: BMTAS, eq. 4, with the cost added once per update (see `lambda_from_paper`).
        """

        def update(batch, number, temperature):
            counts = label_counts(strategy, self.tasks, batch["labels"])
            cost, gradient = self._cost_gradient(self._seed("cost", number))
            losses, shapes = {}, [(), gradient.shape]
            for place, task in enumerate(self.tasks):
                arguments = (
                    place,
                    batch["image"],
                    batch["labels"][task.name],
                    counts[task.name],
                    temperature,
                    self._seed("alpha", number),
                    gradient,
                )
                losses[task.name], of_task = sum_if_labelled(
                    strategy, counts[task.name], self._alpha_gradient, arguments, shapes
                )
                gradient += of_task
            strategy.run(self._apply_to_alpha, (gradient,))
            finite = tf.reduce_all(tf.math.is_finite(_value(self.supergraph.alpha)), axis=[0, 2])
            return {
                "losses": losses,
                "labelled": _labelled(counts),
                "expected_cost": cost,
                "finite": dict(zip(self.supergraph.task_names, tf.unstack(finite), strict=True)),
            }

        return TracedUpdate(update, xla=self.config.xla)

    def _update_theta(self, place, image, labels, counts, routing) -> list[tf.Tensor]:
        task = self.tasks[place]
        with tf.GradientTape() as tape:
            outputs = self.supergraph.forward(image, task.name, routing, mode="theta")
            loss = task.loss(outputs, labels, counts)
            weighted = task.weight * loss
        variables = self.supergraph.theta_variables(task.name)
        gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(weighted, variables)]
        self._theta_optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return [loss]

    def _alpha_gradient(self, place, image, labels, counts, temperature, seed, before) -> list[tf.Tensor]:
        task = self.tasks[place]
        with tf.control_dependencies([before]):  # One task after the other: memory holds one task's activations.
            image = tf.identity(image)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            alpha = _value(self.supergraph.alpha)
            tape.watch(alpha)
            routing = gumbel_softmax(alpha, temperature, seed, hard=self.config.sample == "straight_through")
            outputs = self.supergraph.forward(image, task.name, routing[:, place], mode="alpha")
            loss = task.loss(outputs, labels, counts)
            weighted = task.weight * loss
        return [loss, tape.gradient(weighted, alpha)]

    def _cost_gradient(self, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the expected cost, and the gradient on alpha of its price."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            alpha = _value(self.supergraph.alpha)
            tape.watch(alpha)
            cost = expected_cost(tf.nn.softmax(tf.cast(alpha, tf.float64)), self.table, seed)
            priced = self.config.price * cost
        return cost, tape.gradient(priced, alpha)

    def _apply_to_alpha(self, gradient: tf.Tensor) -> None:
        # The optimizer adds up what the replicas give; divided here, the gradient lies on the replica's device.
        share = gradient / tf.distribute.get_replica_context().num_replicas_in_sync
        self._alpha_optimizer.apply_gradients([(share, self.supergraph.alpha)])

    def _seed(self, purpose: str, number: tf.Tensor) -> tf.Tensor:
        return tf.stack([tf.constant(derived_seed(self.config.seed, f"sample of {purpose}"), tf.int64), number])


def _value(variable: keras.Variable) -> tf.Tensor:
    return tf.convert_to_tensor(variable.value)


def _labelled(counts: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    return {name: count[0] > 0 for name, count in counts.items()}
