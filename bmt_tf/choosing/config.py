"""How a tree is chosen: frozen settings that check themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bmt_tf._threads import AUTO, parsed_threads
from bmt_tf.runs.paths import RunPaths
from bmt_tf.runs.settings import OTHERS, Rule, Settings, is_size

METHODS = ("bmn", "bmtas", "fafs", "vanilla", "random", "permuted", "all")


@dataclass(frozen=True, kw_only=True)
class ChoiceConfig(Settings):
    """How a tree is chosen.

    The network and its data are those that `affinity`, `search`, `shared` or `like` was made on, by its own record;
    they need to be given only where there is none, and must not contradict it.

    Args:
        output: Directory for `grouping.json`, `front.csv` and `choice.json`, local or remote.
        method: `bmn` (least dissimilarity within the budget), `bmtas` (most likely tree of a search within the budget),
            `fafs` (tasks that find the same images hard are kept together, greedily), `vanilla` (shared up to a block,
            then separate, near the budget), `random` (drawn uniformly near the budget), `permuted` (the tree of
            `like`, its tasks exchanged), or `all` (all trees there are, of which `number` says one).
        affinity: The `affinity.npz` that bmn chooses by, or the directory that holds it. For trees to compare with it
            says, where there is no `like`, of which tasks, network and data they are.
        search: Directory of the finished search that bmtas chooses by.
        shared: Directory of the finished run of all tasks, sharing every block, that fafs chooses by; what it finds
            hard is measured once and kept there.
        like: A `grouping.json`: the tree that permuted exchanges the tasks of, and whose cost is the budget where none
            is given.
        budget: Largest cost allowed: a number in `unit`, or a percentage of what the single-task networks cost, such as
            `70%`; where it is empty, the cost of `like`. Without both, `all` has no limit.
        unit: Unit of costs: `parameters`, `multiply_adds`, `paper_multiply_adds` (as the papers count them) or
            `milliseconds` (of one photograph, measured on this machine as the network is served).
        runtime: Where milliseconds are measured, and so what will serve: `saved_model`, `litert`, `litert_float16`,
            `litert_int8` or `onnx`.
        threads: With how many threads milliseconds are measured, as for training; those that will serve.
        data: The data of the tasks, named as for training; its description says what their heads put out. Where it has
            moved, its new place.
        tasks: Task names, where none of `affinity`, `search` and `shared` names them; empty for those of `like`.
        encoder: Name of the encoder, as for training; a tree is for one.
        output_stride: Input pixels per feature of the encoder's last block: 8, 16 or 32.
        aspp: Whether the encoder ends in the (R-)ASPP.
        by_stage: Whether tasks may part only between the encoder's stages.
        folded: Number of leading blocks that are part of the stem.
        image_size: Height and width, in pixels, of the image for which costs are counted; another than that of the
            measurement may be given, for a network that will see other images.
        load_size: Size to which every image is brought when it is read, as for training.
        heads: Heads of tasks, as for training, which are part of what a tree costs.
        tolerance: How far the cost of a random tree may be from the budget, as a fraction of it.
        beam_width: Trees kept per step of the beam search of bmn and bmtas beyond 8 tasks; up to 8 the search is exact,
            and for bmn how far the beam would be from it is told.
        replicates: How many draws of the bootstrap over images a tree is chosen for too, to say how sure the tree of
            bmn (those in `affinity`) or fafs is; 0 for none.
        batch_size: Images at a time when fafs measures what is hard; more need more memory.
        seed: Seed of random and permuted trees, of the beam search, and of fafs' clusterings and draws.
        number: Which of all trees within the budget, from 0, which shares every block; those that share the first block
            come first, and without a budget the last one shares none. More than 5,000 trees are refused.
    """

    output: str
    method: str = "bmn"
    affinity: str = ""
    search: str = ""
    shared: str = ""
    like: str = ""
    budget: str = ""
    unit: str = "multiply_adds"
    runtime: str = RunPaths.saved_model
    threads: str = AUTO
    data: str = ""
    tasks: tuple[str, ...] = ()
    encoder: str = ""
    output_stride: int | None = None
    aspp: bool | None = None
    by_stage: bool | None = None
    folded: int | None = None
    image_size: tuple[int, ...] = ()
    load_size: tuple[int, ...] = ()
    heads: dict[str, str] = field(default_factory=dict)
    tolerance: float = 0.02
    beam_width: int = 10
    replicates: int = 50
    batch_size: int = 8
    seed: int = 0
    number: int | None = None

    @property
    def source(self) -> str:
        """The setting that says of which tasks, network and data the tree is; empty if others have to."""
        needed = {"bmn": "affinity", "bmtas": "search", "fafs": "shared", "permuted": "like"}.get(self.method)
        return needed or next((name for name in ("like", "affinity") if getattr(self, name)), "")

    def _rules(self) -> Iterator[Rule]:
        yield "output", bool(self.output), "name a directory"
        yield "method", self.method in METHODS, f"be one of {METHODS}"
        yield "image_size", not self.image_size or is_size(self.image_size), "be a height and a width"
        named = not self.tasks or set(self.heads) <= {*self.tasks, OTHERS}
        yield "heads", named, f"name tasks among {self.tasks}, or none for all of these"
        yield "output_stride", self.output_stride in (None, 8, 16, 32), "be 8, 16 or 32"
        yield "folded", self.folded is None or self.folded >= 0, "not be negative"
        yield "tolerance", 0 < self.tolerance < 1, "be a fraction between 0 and 1"
        for name in ("beam_width", "batch_size"):
            yield name, getattr(self, name) >= 1, "be at least 1"
        for name in ("replicates", "seed"):
            yield name, getattr(self, name) >= 0, "not be negative"
        needed = self.source or ("tasks" if self.tasks else "like")
        parsed_threads(self.threads)
        yield needed, bool(getattr(self, needed)), f"be given for the method {self.method!r}"
        bounded = self.method in ("permuted", "all") or bool(self.budget or self.like)
        yield "budget", bounded, f"be given for the method {self.method!r}, or `like`"
        numbered = self.method != "all" or self.number is not None
        yield "number", numbered, "be given for the method 'all'"
        yield "number", self.number is None or self.number >= 0, "not be negative"
