"""Settings of a search check themselves."""

import pytest

from bmt_tf.runs.search_config import SearchConfig
from bmt_tf.runs.settings import Pair
from bmt_tf.runs.weightings import CONSTANT, WEIGHTINGS

SETTINGS = {
    "run_dir": "run",
    "data": "scenes",
    "tasks": ("semseg", "depth", "edge"),
    "image_size": (425, 560),
    "steps": 10,
    "trade_off": 0.1,
}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"trade_off": -0.1}, "trade_off"), ({"trade_off": float("nan")}, "trade_off"),
        ({"candidates": -1}, "candidates"),
        ({"warm_up_steps": -1}, "warm_up_steps"), ({"alpha_fraction": 0.0}, "alpha_fraction"),
        ({"alpha_fraction": 1.0}, "alpha_fraction"), ({"alpha_learning_rate": 0.0}, "alpha_learning_rate"),
        ({"alpha_weight_decay": -1.0}, "alpha_weight_decay"), ({"temperature_end": 0.0}, "temperature_end"),
        ({"temperature_start": 0.01}, "temperature_end"), ({"search_scale": 0.0}, "search_scale"),
        ({"search_scale": 2.0}, "search_scale"), ({"sample": "hard"}, "sample"), ({"cost_unit": "flops"}, "unit"),
        ({"paper_units": True}, "paper_units"), ({"weighting": "equal"}, "weighting"),
        ({"weighting": "uniform", "loss_weights": {"depth": 2.0}}, "loss_weights"),
        ({"weighting": "balanced", "tasks": ("depth",)}, "weighting"),
    ],
)  # fmt: skip
def test_setting_out_of_range_is_named(change, name):
    with pytest.raises(ValueError, match=f"`{name}` must"):
        SearchConfig(**(SETTINGS | change))


def test_price_is_per_billion_multiply_adds_and_the_papers_lambda_weighs_2_t_times_as_much():
    assert SearchConfig(**SETTINGS).price == pytest.approx(0.1e-9)
    assert SearchConfig(**SETTINGS, cost_unit="parameters").price == pytest.approx(0.1e-6)
    papers = SearchConfig(**SETTINGS, cost_unit="paper_multiply_adds", paper_units=True)
    assert papers.price == pytest.approx(2 * 3 * 0.1e-9)


def test_search_sees_images_of_two_thirds():
    config = SearchConfig(**SETTINGS, search_scale=2 / 3)
    assert config.at_search_scale().image_size == (283, 373)
    assert config.resolved_candidates == 3


def test_defaults_are_those_of_the_paper():
    config = SearchConfig(**SETTINGS)
    assert (config.optimizer, config.schedule) == ("sgd", "poly")
    assert (config.learning_rate, config.weight_decay) == (0.005, 1e-4)
    assert (config.alpha_learning_rate, config.alpha_weight_decay, config.alpha_fraction) == (0.01, 5e-5, 0.2)
    assert (config.temperature_start, config.temperature_end, config.warm_up_steps) == (5.0, 0.1, 2000)


@pytest.mark.parametrize("weighting", sorted(set(WEIGHTINGS) - set(CONSTANT)))
def test_weights_that_move_are_refused_with_the_reason(weighting):
    with pytest.raises(ValueError, match=r"`weighting` must be one of .*'balanced'.* the price of cost, `trade_off`"):
        SearchConfig(**SETTINGS, weighting=weighting)


def test_weights_are_measured_but_for_the_fixed_ones():
    ways = ("fixed", "uniform", "balanced:batches=3")
    assert [SearchConfig(**SETTINGS, weighting=way).measures_weights for way in ways] == [False, True, True]
    assert "weighting" in SearchConfig.equal_in(Pair.PARTS)  # another does not resume a search
