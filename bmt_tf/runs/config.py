"""What a training run is told: frozen settings that check themselves before any work begins."""

import dataclasses
from collections.abc import Iterator

from bmt_tf.runs.settings import EncoderSettings, Pair, Rule, is_size, setting

OPTIMIZERS = ("sgd", "adam")
SCHEDULES = ("poly", "step", "constant")


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunConfig(EncoderSettings):
    """The settings that every run of a network has, be it trained or searched.

    Args:
        run_dir: Directory of the run; local or remote.
        data: What `open_data` takes: `scenes`, a data folder, or an NYUD root.
        tasks: Task names, in the order of the network's outputs.
        weights: `imagenet`, the path of a `.weights.h5` file, or empty for a fresh start.
        image_size: Height and width of a training image, in pixels.
        batch_size: Images per step, over all replicas.
        steps: Updates of the weights.
        optimizer: `sgd` (momentum 0.9) or `adam`.
        learning_rate: The initial rate.
        schedule: `poly` (power 0.9), `step` (divided by ten every `drop_every` steps) or `constant`.
        drop_every: Steps between two drops of the `step` schedule.
        weight_decay: Factor of the weights that is added to the gradients of kernels.
        decay_all: Whether weight decay acts on batch norm and biases too.
        scales: Factors of the random scaling; empty for none.
        flip: Whether images are flipped left to right at random.
        held_out: Training images set aside by `seed` and never trained on.
        loss_weights: Weights that differ from the tasks' own, by task name.
        seed: Of weights, order, augmentation and held-out images.
        replicas: Devices of this host to train on; 0 takes every GPU, or the CPU where there is none. Several hosts,
            named by `TF_CONFIG`, take all their devices.
        bfloat16: Whether activations are bfloat16; weights stay float32.
        xla: Whether the step is compiled by XLA; many times slower on a CPU.
        deterministic: Whether operations are forced to be repeatable, at the cost of speed.
        checkpoint_every: Steps between two checkpoints.
        log_every: Steps between two log lines.
    """

    run_dir: str = setting(may_differ=Pair.ANY)
    data: str
    tasks: tuple[str, ...] = setting(may_differ=Pair.SCORES | Pair.SINGLES)
    weights: str = ""
    image_size: tuple[int, int]
    batch_size: int = 8
    steps: int
    optimizer: str = "sgd"
    learning_rate: float = 0.005
    schedule: str = "poly"
    drop_every: int = 0
    weight_decay: float = 1e-4
    decay_all: bool = False
    scales: tuple[float, ...] = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
    flip: bool = True
    held_out: int = 0
    loss_weights: dict[str, float] = setting(factory=dict, may_differ=Pair.SCORES | Pair.SINGLES)
    seed: int = setting(0, may_differ=Pair.SCORES)
    replicas: int = setting(0, may_differ=Pair.ANY)
    bfloat16: bool = False
    xla: bool = setting(False, may_differ=Pair.SCORES)
    deterministic: bool = setting(False, may_differ=Pair.SCORES)
    checkpoint_every: int = setting(500, may_differ=Pair.ANY)
    log_every: int = setting(20, may_differ=Pair.ANY)

    def _rules(self) -> Iterator[Rule]:
        yield from super()._rules()
        yield "run_dir", bool(self.run_dir), "name a directory"
        yield "tasks", len(self.tasks) > 0, "name at least one task"
        yield "tasks", len(set(self.tasks)) == len(self.tasks), "name each task once"
        yield "optimizer", self.optimizer in OPTIMIZERS, f"be one of {OPTIMIZERS}"
        yield "schedule", self.schedule in SCHEDULES, f"be one of {SCHEDULES}"
        yield "drop_every", self.schedule != "step" or self.drop_every >= 1, "be at least 1 with the schedule `step`"
        yield "image_size", is_size(self.image_size), "be a height and a width in pixels"
        yield "loss_weights", set(self.loss_weights) <= set(self.tasks), f"name tasks among {self.tasks}"
        for name in ("steps", "batch_size", "checkpoint_every", "log_every"):
            yield name, getattr(self, name) >= 1, "be at least 1"
        for name in ("held_out", "replicas", "seed", "weight_decay", "drop_every"):
            yield name, getattr(self, name) >= 0, "not be negative"
        yield "learning_rate", self.learning_rate > 0, "be positive"
        yield "scales", all(scale > 0 for scale in self.scales), "be positive factors"


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainConfig(RunConfig):
    """The settings of branched training.

    Args:
        grouping: `shared`, `separate`, or the path of a `grouping.json`.
        divide_learning_rate: Whether a block's rate is divided by the number of tasks that share it.
            Source: BMTAS, appendix A, 'Branched network training'.
    """

    # Trees are compared by what they hold, not by where their file lies.
    grouping: str = setting("shared", may_differ=Pair.PARTS | Pair.SCORES)
    divide_learning_rate: bool = setting(True, may_differ=Pair.SCORES)

    def _rules(self) -> Iterator[Rule]:
        yield from super()._rules()
        yield "grouping", bool(self.grouping), "be `shared`, `separate` or a file"
