"""What a branch search is told: frozen settings that check themselves."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from bmt_tf.costs.units import get_unit
from bmt_tf.data.resized import resized_size
from bmt_tf.runs.config import RunConfig
from bmt_tf.runs.paths import RunPaths
from bmt_tf.runs.settings import Rule
from bmt_tf.runs.weightings import CONSTANT
from bmt_tf.supergraph.trade_off import lambda_from_paper

SAMPLES = ("soft", "straight_through")


@dataclass(frozen=True, kw_only=True)
class SearchConfig(RunConfig):
    """The settings of a search.

    The defaults are those of BMTAS, appendix A.

    Args:
        steps: Batches on which the weights are updated after the warm-up; alpha's updates come in between, and are not
            counted.
        image_size: Height and width, in pixels, of a training image of the final network, for which costs are counted;
            see `search_scale` for those of the search.
        trade_off: Lambda, the price of a tree: what 1e9 multiply-adds, 1e6 parameters or one millisecond of expected
            cost add to the loss of alpha. 0 for none.
        cost_unit: Unit of costs: `multiply_adds`, `paper_multiply_adds` (as the papers count them), `parameters` or
            `milliseconds` (of one photograph, measured on this machine as the network is served).
        runtime: Where milliseconds are measured, and so what will serve: `saved_model`, `litert`, `litert_float16`,
            `litert_int8` or `onnx`.
        paper_units: Whether `trade_off` is a lambda as printed in the paper; needs `cost_unit` `paper_multiply_adds`.
        candidates: Candidates per block, J; 0 for as many as there are tasks.
        warm_up_steps: Batches of the warm-up, on each of which every task updates its own candidates; 0 for none.
        alpha_fraction: Share of the training images, without those held out, that alpha is trained on, drawn by `seed`;
            the weights take the others.
        alpha_learning_rate: Rate of alpha's Adam, the same from first to last.
        alpha_weight_decay: Factor of alpha that is added to its gradient; 0 for none.
        reset_alpha_optimizer: Whether alpha's Adam begins anew with each pass, as in the authors' code.
        temperature_start: Temperature of the samples at the first update of the weights after the warm-up; it falls
            linearly.
        temperature_end: Temperature of the samples at the last update of the weights.
        search_scale: What images are resized by for the search; the crop is `image_size` times this, rounded down.
        sample: How alpha's updates sample: `soft`, or `straight_through` (one candidate, with the soft gradient).
        hard_theta: Whether an update of the weights uses one sampled candidate per block, nearly J times cheaper.
        weighting: How losses are weighed, by weights that are the same from the warm-up to the end: `fixed` (the
            papers' numbers, or `loss_weights`), `uniform` (all alike) or `balanced` (so that all gradients on the
            features of a network that shares everything have one norm, measured before the warm-up on as many batches
            as `balanced:batches=8` says). Those of the last two are scaled so that the whole loss begins as large as by
            `fixed`, and `trade_off` means the same.
    """

    trade_off: float
    cost_unit: str = "multiply_adds"
    runtime: str = RunPaths.saved_model
    paper_units: bool = False
    candidates: int = 0
    warm_up_steps: int = 2000
    alpha_fraction: float = 0.2
    alpha_learning_rate: float = 0.01
    alpha_weight_decay: float = 5e-5
    reset_alpha_optimizer: bool = True
    temperature_start: float = 5.0
    temperature_end: float = 0.1
    search_scale: float = 1.0
    sample: str = "soft"
    hard_theta: bool = False

    def _rules(self) -> Iterator[Rule]:
        yield from super()._rules()
        yield "trade_off", 0 <= self.trade_off < float("inf"), "be a finite number not below 0"
        papers = not self.paper_units or self.cost_unit == "paper_multiply_adds"
        yield "paper_units", papers, f"go with `cost_unit` paper_multiply_adds, not {self.cost_unit}"
        yield "candidates", self.candidates >= 0, "be at least 1, or 0 for the number of tasks"
        yield "warm_up_steps", self.warm_up_steps >= 0, "not be negative"
        yield "alpha_fraction", 0 < self.alpha_fraction < 1, "be between 0 and 1"
        yield "alpha_learning_rate", self.alpha_learning_rate > 0, "be positive"
        yield "alpha_weight_decay", self.alpha_weight_decay >= 0, "not be negative"
        falls = 0 < self.temperature_end <= self.temperature_start
        yield "temperature_end", falls, f"be above 0 and at most `temperature_start`, {self.temperature_start}"
        yield "search_scale", 0 < self.search_scale <= 1, "be above 0 and at most 1"
        yield "sample", self.sample in SAMPLES, f"be one of {SAMPLES}"
        # Where tasks are updated in turn, nothing but their losses would be there to move weights by.
        yield (
            "weighting",
            self.weighting_choice.name in CONSTANT,
            (
                f"be one of {CONSTANT} in a search: weights that move would change on the way what the price of cost, "
                "`trade_off`, is weighed against, and tasks are updated in turn"
            ),
        )
        get_unit(self.cost_unit)

    @property
    def measures_weights(self) -> bool:
        """Whether the weights of losses, or their scale, are measured before the warm-up, and kept with the run."""
        return self.weighting != "fixed"

    @property
    def price(self) -> float:
        """What one unit of cost adds to alpha's loss."""
        price = lambda_from_paper(self.trade_off, len(self.tasks)) if self.paper_units else self.trade_off
        return price / get_unit(self.cost_unit).lambda_scale

    @property
    def resolved_candidates(self) -> int:
        """The number of candidates per block, J."""
        return self.candidates or len(self.tasks)

    @property
    def branches(self) -> int:
        """How many candidates of a block can be computed beside each other."""
        return self.resolved_candidates

    def at_search_scale(self) -> "SearchConfig":
        """Returns the same settings with the image size that the search itself sees."""
        return dataclasses.replace(self, image_size=resized_size(self.image_size, self.search_scale))
