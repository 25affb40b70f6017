"""What a training run is told: frozen settings that check themselves before any work begins."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

OPTIMIZERS = ("sgd", "adam")
SCHEDULES = ("poly", "step", "constant")
# Settings that must be equal for the scores of two runs to be compared; a tree and its tasks are what is compared.
COMPARED = (
    "data",
    "encoder",
    "output_stride",
    "weights",
    "image_size",
    "batch_size",
    "steps",
    "optimizer",
    "learning_rate",
    "schedule",
    "drop_every",
    "weight_decay",
    "decay_all",
    "scales",
    "flip",
    "held_out",
    "bfloat16",
)


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """The settings that every run of a network has, be it trained or searched.

    Args:
        run_dir: Directory of the run; local or remote.
        data: What `open_data` takes: `scenes`, a data folder, or an NYUD root.
        tasks: Task names, in the order of the network's outputs.
        encoder: Name for `get_encoder`.
        output_stride: Input pixels per feature of the last block: 8, 16 or 32.
        by_stage: Whether tasks may part only between the encoder's stages.
        folded: Leading blocks that belong to the stem and are shared by all tasks.
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

    Raises:
        ValueError: A setting is out of its range.
    """

    run_dir: str
    data: str
    tasks: tuple[str, ...]
    encoder: str = "mobilenet_v2_1.0"
    output_stride: int = 16
    by_stage: bool = False
    folded: int = 0
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
    loss_weights: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    replicas: int = 0
    bfloat16: bool = False
    xla: bool = False
    deterministic: bool = False
    checkpoint_every: int = 500
    log_every: int = 20

    def __post_init__(self):
        object.__setattr__(self, "tasks", tuple(self.tasks))
        object.__setattr__(self, "image_size", tuple(self.image_size))
        object.__setattr__(self, "scales", tuple(self.scales))
        self._check_choices()
        for name in ("steps", "batch_size", "checkpoint_every", "log_every"):
            _require(getattr(self, name) >= 1, name, "be at least 1", getattr(self, name))
        for name in ("held_out", "replicas", "folded", "seed", "weight_decay", "drop_every"):
            _require(getattr(self, name) >= 0, name, "not be negative", getattr(self, name))
        _require(self.learning_rate > 0, "learning_rate", "be positive", self.learning_rate)
        _require(all(scale > 0 for scale in self.scales), "scales", "be positive factors", self.scales)

    def _check_choices(self) -> None:
        _require(bool(self.run_dir), "run_dir", "name a directory", self.run_dir)
        _require(len(self.tasks) > 0, "tasks", "name at least one task", self.tasks)
        _require(len(set(self.tasks)) == len(self.tasks), "tasks", "name each task once", self.tasks)
        _require(self.optimizer in OPTIMIZERS, "optimizer", f"be one of {OPTIMIZERS}", self.optimizer)
        _require(self.schedule in SCHEDULES, "schedule", f"be one of {SCHEDULES}", self.schedule)
        _require(
            self.schedule != "step" or self.drop_every >= 1,
            "drop_every",
            "be at least 1 with the schedule `step`",
            self.drop_every,
        )
        _require(self.output_stride in (8, 16, 32), "output_stride", "be 8, 16 or 32", self.output_stride)
        _require(
            len(self.image_size) == 2 and all(side >= 1 for side in self.image_size),
            "image_size",
            "be a height and a width in pixels",
            self.image_size,
        )
        unknown = set(self.loss_weights) - set(self.tasks)
        _require(not unknown, "loss_weights", f"name tasks among {self.tasks}", self.loss_weights)

    def to_json(self) -> dict[str, Any]:
        """Returns the settings as JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in dataclasses.asdict(self).items()
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "RunConfig":
        """Returns the settings that `to_json` wrote.

        Args:
            values: JSON values by setting.

        Raises:
            ValueError: A name is no setting.
        """
        known = {entry.name for entry in dataclasses.fields(cls)}
        if set(values) - known:
            raise ValueError(f"`values` must hold settings of {cls.__name__}. Received: {sorted(set(values) - known)}.")
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class TrainConfig(RunConfig):
    """The settings of branched training.

    Args:
        grouping: `shared`, `separate`, or the path of a `grouping.json`.
        divide_learning_rate: Whether a block's rate is divided by the number of tasks that share it.
            Source: BMTAS, appendix A, 'Branched network training'.
    """

    grouping: str = "shared"
    divide_learning_rate: bool = True

    def __post_init__(self):
        super().__post_init__()
        _require(bool(self.grouping), "grouping", "be `shared`, `separate` or a file", self.grouping)


def _require(holds: bool, name: str, rule: str, received: Any) -> None:
    if not holds:
        raise ValueError(f"`{name}` must {rule}. Received: {name}={received!r}.")
