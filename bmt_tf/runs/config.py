"""What a training run is told: frozen settings that check themselves before any work begins."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from bmt_tf._threads import AUTO, parsed_threads
from bmt_tf.runs.modules import absolute_modules
from bmt_tf.runs.settings import EncoderSettings, Pair, Rule, by_task, is_size, setting
from bmt_tf.runs.sharing_settings import SharingSettings
from bmt_tf.runs.weightings import ALONE, TOGETHER, WeightingChoice
from bmt_tf.runs.widening_settings import WideningSettings

OPTIMIZERS = ("sgd", "adam")
SCHEDULES = ("poly", "step", "constant")
UPDATES = ("joint", "in_turn")
SCORE_SIZES = ("loaded", "original")


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunConfig(EncoderSettings):
    """The settings that every run of a network has, be it trained or searched.

    Args:
        run_dir: Directory of the run, local or remote; where it holds this run already, unfinished, the run goes on.
        data: The data: a folder with `dataset.json`, the folder of NYUD-v2, PASCAL-Context, Cityscapes, Taskonomy or
            CelebA as it is distributed, `tfds:celeb_a`, or `scenes` or `planted`, which are drawn and take options, as
            in `scenes:train=64,val=16`.
        tasks: Names of tasks that the data has, in the order of the network's outputs.
        weights: Where stem and blocks start: `imagenet` (downloaded by Keras), the path of a `.weights.h5` file of the
            encoder's network in keras.applications, or empty for fresh weights, drawn by `seed`. A thin VGG-16 starts
            from chosen units of a wider one.
        image_size: Height and width, in pixels, of the crops that are trained on, and of the image for which costs are
            counted.
        load_size: Height and width, in pixels, that every image is brought to when it is read, with its labels, before
            anything else; or one number, that of the shorter side, which keeps the form of images; empty for the size
            at which they are stored. What is exported resizes photographs alike.
        score_size: At which size scores are taken where there is a `load_size`: `loaded`, or `original`, to which
            outputs are brought, and at which lengths in pixels count.
        batch_size: Images per update, over all replicas together.
        steps: Updates of the weights, in all.
        optimizer: `sgd` (momentum 0.9) or `adam` (betas 0.9 and 0.999).
        learning_rate: Rate of the weights at the first update, from which the schedule goes on.
        schedule: How the rate falls: `poly` (to 0 after the last step, with power 0.9), `step` (divided by ten every
            `drop_every` steps) or `constant`.
        drop_every: Steps between two drops of the `step` schedule, which needs it; the others do not look at it.
        weight_decay: Factor of a kernel that is added to its gradient, with either optimizer; 0 for none.
        decay_all: Whether weight decay acts on batch norm and biases too, not on kernels alone.
        dropout: Share of what goes into the last convolution of the (R-)ASPP that is set to zero in training; 0 for
            none. The authors of BMTAS retrain with 0.1 and search with none. Encoders without (R-)ASPP refuse it.
        scales: Factors by which images are scaled at random before they are cropped, each as likely as the others;
            empty for none.
        flip: Whether one image in two, at random, is flipped left to right.
        held_out: Number of training images that are set aside, drawn by `seed`, and never trained on, for the affinity
            of tasks.
        loss_weights: Weights of tasks in the sum of the losses, where they differ from those that the data gives; with
            the weighting `fixed` only.
        weighting: How losses are weighed: `fixed` (the papers' numbers, or `loss_weights`), `uniform` (all alike),
            `balanced` (so that before training all gradients on the shared features have one norm), `uncertainty`,
            `dwa`, `gradnorm` or `mgda_ub`; with options as in `gradnorm:alpha=1.5`.
        heads: Heads of tasks, where they differ from those that the data gives: for a label per pixel `deeplab`, `psp`,
            `taskonomy` or `taskonomy_bottleneck`, for one per image `pooled` or `taskonomy_scene`, or one made known by
            `register_head`. A head without a task (in Python, of the task `*`) is for every task that is not named.
        seed: Seed of all that is drawn: fresh weights, the order of images and their augmentation, held-out images.
        replicas: Devices of this host to train on; 0 takes every GPU, or the CPU where there is none. Several hosts,
            named by `TF_CONFIG`, take all their devices.
        threads: With how many threads TensorFlow computes on a processor, see `bmt_tf.use_threads`: as in `1x2`, one
            inside an operation and two operations beside each other; `default`, TensorFlow's own choice; or `auto`,
            what the run was begun with, and at its start what is fast for a network of so many branches. What it was
            begun with holds for its evaluation, its affinity and its export too.
        bfloat16: Whether activations are bfloat16, not float32; weights stay float32.
        xla: Whether the step is compiled by XLA; many times slower on a CPU.
        deterministic: Whether operations are forced to be repeatable, at the cost of speed.
        cache_gib: How much memory decoded training images and labels may take, in GiB (2^30 bytes), so that they are
            read once; those beyond are read in every epoch. 0 for none.
        checkpoint_every: Steps between two checkpoints, which is what a run that is stopped may lose.
        log_every: Steps between two looks at the losses: for the bar, for TensorBoard, and whether they are finite.
        modules: Python modules that make tasks, heads or encoders of one's own known, imported before anything else:
            files, or names that can be imported. They are kept with the run, files by their whole paths.
    """

    run_dir: str = setting(may_differ=Pair.ANY)
    # Data, weights and trees are compared by what they hold (`Run.differing`), not by where they lie.
    data: str = setting(may_differ=Pair.ANY)
    tasks: tuple[str, ...] = setting(may_differ=Pair.SCORES | Pair.SINGLES)
    weights: str = setting("", may_differ=Pair.ANY)
    image_size: tuple[int, int]
    load_size: tuple[int, ...] = ()
    score_size: str = setting("loaded", may_differ=Pair.PARTS | Pair.SINGLES)
    batch_size: int = 8
    steps: int
    optimizer: str = "sgd"
    learning_rate: float = 0.005
    schedule: str = "poly"
    drop_every: int = 0
    weight_decay: float = 1e-4
    decay_all: bool = False
    dropout: float = 0.0
    scales: tuple[float, ...] = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
    flip: bool = True
    held_out: int = 0
    loss_weights: dict[str, float] = setting(factory=dict, may_differ=Pair.SCORES | Pair.SINGLES)
    weighting: str = setting("fixed", may_differ=Pair.SCORES | Pair.SINGLES)
    # What `differing` compares of them are the heads of the tasks that both runs have.
    heads: dict[str, str] = setting(factory=dict, may_differ=Pair.SCORES | Pair.SINGLES)
    seed: int = setting(0, may_differ=Pair.SCORES | Pair.CHANCE)
    replicas: int = setting(0, may_differ=Pair.ANY)
    # Sums are rounded otherwise, no more.
    threads: str = setting(AUTO, may_differ=Pair.ANY)
    bfloat16: bool = False
    xla: bool = setting(False, may_differ=Pair.SCORES)
    deterministic: bool = setting(False, may_differ=Pair.SCORES)
    cache_gib: float = setting(2.0, may_differ=Pair.ANY)
    checkpoint_every: int = setting(500, may_differ=Pair.ANY)
    log_every: int = setting(20, may_differ=Pair.ANY)
    modules: tuple[str, ...] = setting((), may_differ=Pair.ANY)

    def __post_init__(self):
        object.__setattr__(self, "modules", absolute_modules(self.modules))
        object.__setattr__(self, "heads", by_task(self.heads, self.tasks))
        object.__setattr__(self, "weighting", WeightingChoice.parse(self.weighting).text)
        super().__post_init__()

    def _rules(self) -> Iterator[Rule]:
        yield from super()._rules()
        yield "run_dir", bool(self.run_dir), "name a directory"
        yield "tasks", len(self.tasks) > 0, "name at least one task"
        yield "tasks", len(set(self.tasks)) == len(self.tasks), "name each task once"
        yield "optimizer", self.optimizer in OPTIMIZERS, f"be one of {OPTIMIZERS}"
        yield "schedule", self.schedule in SCHEDULES, f"be one of {SCHEDULES}"
        yield "drop_every", self.schedule != "step" or self.drop_every >= 1, "be at least 1 with the schedule `step`"
        yield "image_size", is_size(self.image_size), "be a height and a width in pixels"
        sides = len(self.load_size) in (0, 1, 2) and all(side >= 1 for side in self.load_size)
        yield "load_size", sides, "be a height and a width in pixels, the shorter side alone, or empty"
        yield "score_size", self.score_size in SCORE_SIZES, f"be one of {SCORE_SIZES}"
        yield "loss_weights", set(self.loss_weights) <= set(self.tasks), f"name tasks among {self.tasks}"
        yield "loss_weights", not self.loss_weights or self.weighting == "fixed", "be empty unless `weighting` is fixed"
        weighs = len(self.tasks) > 1 or self.weighting_choice.name in ALONE
        yield "weighting", weighs, f"be one of {ALONE} with a single task, {self.tasks}"
        yield "heads", set(self.heads) <= set(self.tasks), f"name tasks among {self.tasks}, or none for all of these"
        for name in ("steps", "batch_size", "checkpoint_every", "log_every"):
            yield name, getattr(self, name) >= 1, "be at least 1"
        for name in ("held_out", "replicas", "seed", "weight_decay", "drop_every", "cache_gib"):
            yield name, getattr(self, name) >= 0, "not be negative"
        yield "cache_gib", self.cache_gib < float("inf"), "be finite"
        yield "dropout", 0 <= self.dropout < 1, "be at least 0 and below 1"
        yield "dropout", self.aspp or not self.dropout, "be 0 without an (R-)ASPP, `aspp`"
        yield "learning_rate", self.learning_rate > 0, "be positive"
        yield "scales", all(scale > 0 for scale in self.scales), "be positive factors"
        parsed_threads(self.threads)

    def differing(self, other: "RunConfig", pair: Pair) -> dict[str, tuple[Any, Any]]:
        """Returns the settings that must be equal in a pair of runs and are not, as `Settings.differing` does.

        Args:
            other: The settings of the other run.
            pair: What the two runs are to each other. In any pair the tasks that both have must have the same heads.
        """
        shared = set(self.tasks) & set(other.tasks)
        ours, theirs = (
            {name: head for name, head in settings.heads.items() if name in shared} for settings in (self, other)
        )
        return super().differing(other, pair) | ({"heads": (ours, theirs)} if ours != theirs else {})

    @property
    def has_tree(self) -> bool:
        """Whether the network is, or will be, that of a tree."""
        return True

    @property
    def branches(self) -> int:
        """How many branches of the network can be computed beside each other, at most."""
        return len(self.tasks)

    @property
    def weighting_choice(self) -> WeightingChoice:
        """`weighting`, taken apart."""
        return WeightingChoice.parse(self.weighting)

    @property
    def measures_weights(self) -> bool:
        """Whether the weights of losses are measured before the first step, and kept with the run."""
        return self.weighting_choice.name == "balanced"

    @property
    def cache_bytes(self) -> int:
        """`cache_gib` in bytes."""
        return int(self.cache_gib * 2**30)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainConfig(SharingSettings, WideningSettings, RunConfig):
    """The settings of the training of a network of whatever kind.

    Args:
        grouping: The tree: `shared` (every block by all tasks), `separate` (no block by any two), or the path of a
            `grouping.json` for this encoder and these tasks. Networks of other kinds than `branched` have none.
        divide_learning_rate: Whether a block's rate is divided by the number of tasks that share it; better not with
            `adam`, whose step does not grow with the sum of their gradients. Source: BMTAS, appendix A, 'Branched
            network training'. Nothing is divided in networks of other kinds than `branched`.
        updates: What a batch moves: `joint` (one update by the weighted sum of all losses) or `in_turn` (one update per
            task that has a label in it, in the order of the tasks, so that what tasks share has several). Source:
            BMTAS, appendix A ("those operations receive more updates").
        extend: Whether a run that was begun with fewer `steps` goes on to these. With the schedule `poly` the rate,
            which falls to 0 at the old end, jumps back up to that of the longer schedule, and the result is not that of
            a run of so many steps from the start, nor compared with one; with the others it is.
    """

    # Trees are compared by what they hold, not by where their file lies.
    grouping: str = setting("shared", may_differ=Pair.ANY)
    divide_learning_rate: bool = setting(True, may_differ=Pair.SCORES)
    updates: str = setting("joint", may_differ=Pair.SCORES)
    extend: bool = setting(False, may_differ=Pair.ANY)

    def _rules(self) -> Iterator[Rule]:
        yield from super()._rules()
        yield "grouping", bool(self.grouping), "be `shared`, `separate` or a file"
        yield (
            "grouping",
            self.has_tree or self.grouping == "shared",
            f"be left out for `network` {self.network}: no tree",
        )
        yield "tasks", self.has_tree or len(self.tasks) > 1, f"be at least two for `network` {self.network}"
        yield "updates", self.updates in UPDATES, f"be one of {UPDATES}"
        together = self.weighting_choice.name in TOGETHER
        yield "updates", self.updates == "joint" or not together, f"be joint with `weighting` {self.weighting}"
        yield "updates", self.updates == "joint" or self.has_tree, f"be joint for `network` {self.network}"
        if self.widens:
            yield "widen_alpha", self.has_tree, f"be 0 for `network` {self.network}, which has no tree"
            yield "widen_alpha", self.updates == "joint", f"be 0 with `updates` {self.updates}"
            yield "widen_alpha", not together, f"be 0 with `weighting` {self.weighting}"
            yield "tasks", len(self.tasks) > 1, "be at least two where the tree grows (`widen_alpha`)"
            yield "grouping", self.grouping == "shared", "be `shared` where the tree grows (`widen_alpha`)"
            yield "extend", not self.extend, "be left out where the tree grows (`widen_alpha`)"

    @property
    def branches(self) -> int:
        """How many branches of the network can be computed beside each other, at most."""
        shared = self.has_tree and self.grouping == "shared" and not self.widens
        return 1 if shared or self.updates == "in_turn" else len(self.tasks)
