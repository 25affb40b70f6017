"""How a tree is chosen: frozen settings that check themselves."""

from dataclasses import dataclass

METHODS = ("bmn", "bmtas", "vanilla", "random", "permuted")


@dataclass(frozen=True, kw_only=True)
class ChoiceConfig:
    """How a tree is chosen.

    Args:
        output: Directory for `grouping.json`, `front.csv` and `choice.json`.
        method: `bmn` (least dissimilarity within the budget), `bmtas` (most likely tree of a search within the budget),
            `vanilla` (shared up to a block, then separate, near the budget), `random` (drawn uniformly near the
            budget), or `permuted` (the tree of `like`, its tasks exchanged).
        affinity: The `affinity.npz` of bmn.
        search: Directory of the finished search of bmtas.
        like: A `grouping.json` to permute, or whose cost is the budget.
        budget: Largest cost: a number in `unit`, or a percentage of the single-task networks, such as `70%`.
        unit: Unit of costs: parameters, multiply_adds, paper_multiply_adds or milliseconds.
        data: Data whose description says what the tasks' heads put out.
        tasks: Task names, where neither `affinity` nor `search` nor `like` names them.
        encoder: Name for `get_encoder`.
        output_stride: Input pixels per feature of the last block.
        by_stage: Whether tasks may part only between the encoder's stages.
        folded: Leading blocks that belong to the stem.
        image_size: Height and width for which costs are counted.
        tolerance: How far the cost of a random tree may be from the budget, as a fraction.
        beam_width: Trees kept per step of the beam search beyond 8 tasks; the exact search is used up to 8.
        replicates: Draws of the bootstrap to say how sure bmn's tree is; 0 for none.
        seed: Seed of random and permuted trees, and of the beam search.

    Raises:
        ValueError: A setting is out of its range, or one that the method needs is missing.
    """

    output: str
    method: str = "bmn"
    affinity: str = ""
    search: str = ""
    like: str = ""
    budget: str = ""
    unit: str = "multiply_adds"
    data: str
    tasks: tuple[str, ...] = ()
    encoder: str
    output_stride: int = 16
    by_stage: bool = False
    folded: int = 0
    image_size: tuple[int, int]
    tolerance: float = 0.02
    beam_width: int = 10
    replicates: int = 50
    seed: int = 0

    def __post_init__(self):
        object.__setattr__(self, "tasks", tuple(self.tasks))
        object.__setattr__(self, "image_size", tuple(self.image_size))
        rules = (
            ("output", bool(self.output), "name a directory"),
            ("method", self.method in METHODS, f"be one of {METHODS}"),
            ("image_size", len(self.image_size) == 2 and min(self.image_size) >= 1, "be a height and a width"),
            ("folded", self.folded >= 0, "not be negative"),
            ("tolerance", 0 < self.tolerance < 1, "be a fraction between 0 and 1"),
            ("beam_width", self.beam_width >= 1, "be at least 1"),
            ("replicates", self.replicates >= 0, "not be negative"),
            ("seed", self.seed >= 0, "not be negative"),
        )
        for name, holds, rule in rules:
            if not holds:
                raise ValueError(f"`{name}` must {rule}. Received: {name}={getattr(self, name)!r}.")
        needed = {"bmn": "affinity", "bmtas": "search"}.get(self.method, "like" if not self.tasks else "tasks")
        needed = "like" if self.method == "permuted" else needed
        if not getattr(self, needed):
            raise ValueError(f"`{needed}` must be given for the method {self.method!r}. Received: nothing.")
        if self.method != "permuted" and not (self.budget or self.like):
            raise ValueError(f"`budget` or `like` must be given for the method {self.method!r}. Received: neither.")
