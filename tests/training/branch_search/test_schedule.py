"""The order of a search's updates, against lists written out by a loop."""

import itertools

import pytest

from bmt_tf.training.branch_search.schedule import PHASES, SearchSchedule, Update


def _written_out(warm_up, alpha_pass, theta_pass, theta):
    """The order as the paper tells it: warm up, then pass after pass until the weights have had their updates."""
    order = [("warm_up", number) for number in range(warm_up)]
    alpha, weights = itertools.count(), itertools.count()
    updated = 0
    while updated < theta:
        order += [("alpha", next(alpha)) for _ in range(alpha_pass)]
        for _ in range(theta_pass):
            if updated < theta:
                order.append(("theta", next(weights)))
                updated += 1
    return order


@pytest.mark.parametrize("warm_up", [0, 3])
@pytest.mark.parametrize("alpha_pass", [1, 2])
@pytest.mark.parametrize("theta_pass", [1, 4])
@pytest.mark.parametrize("theta", [1, 4, 10])
def test_order_is_warm_up_then_passes_in_turn(warm_up, alpha_pass, theta_pass, theta):
    schedule = SearchSchedule(warm_up, alpha_pass, theta_pass, theta)
    expected = _written_out(warm_up, alpha_pass, theta_pass, theta)
    updates = [schedule.update(done) for done in range(schedule.total)]
    assert [(update.phase, update.batch) for update in updates] == expected
    before = [None, *(phase for phase, _ in expected)]
    for done, update in enumerate(updates):
        assert update.theta_done == sum(phase == "theta" for phase, _ in expected[:done])
        assert update.begins == (update.phase != before[done])
    for done in range(schedule.total + 1):
        left = {phase: sum(name == phase for name, _ in expected[done:]) for phase in PHASES}
        assert schedule.left(done) == left


def test_search_of_the_paper_has_50000_updates_on_pascal():
    # 4998 images, 80 % of them for the weights, batches of 16; the paper's 40000 and "50000 iterations" in all.
    schedule = SearchSchedule(2000, 999 // 16, 3999 // 16, 40000)
    assert schedule.update(2000) == Update("alpha", 0, True, 0)
    assert schedule.cycles == 161
    assert schedule.total - schedule.warm_up == pytest.approx(50000, rel=0.01)


def test_temperature_falls_linearly_from_the_first_weight_update_to_the_last():
    schedule = SearchSchedule(7, 2, 3, 50)
    values = [schedule.temperature(done, 5.0, 0.1) for done in range(51)]
    assert values[0] == 5.0 and values[49] == pytest.approx(0.1) and values[50] == pytest.approx(0.1)
    assert values[10] == pytest.approx(4.0) and values[24] == pytest.approx(2.6)
    assert schedule.temperature(0, 1.0, 1.0) == 1.0
    assert SearchSchedule(0, 1, 1, 1).temperature(0, 5.0, 0.1) == 5.0
