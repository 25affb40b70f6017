"""Settings by which a data set changes loss and measure."""

import pytest

from bmt_tf.tasks import get_task
from bmt_tf.tasks.data_settings import data_settings_of, with_data_settings


def test_what_is_not_set_gets_the_default_of_the_kind_or_stays():
    edge = with_data_settings(get_task("edge"), {"thin_labels": False})
    assert (edge.measure.max_distance, edge.measure.thin_labels, edge.loss.positive) == (0.011, False, 0.8)
    assert with_data_settings(get_task("edge"), {}).measure.thin_labels


def test_an_edge_loss_of_ones_own_is_left_alone():
    task = get_task("edge", loss=get_task("depth").loss, measure=get_task("depth").measure)
    assert with_data_settings(task, {"max_distance": 0.02}) == task
    assert data_settings_of(task) == {}


def test_the_settings_of_a_task_make_it_again():
    settings = {"max_distance": 0.02, "thin_labels": False, "positive_weight": 0.9}
    task = with_data_settings(get_task("edge"), settings)
    assert data_settings_of(task) == settings
    assert with_data_settings(get_task("edge"), data_settings_of(task)) == task


def test_weights_are_one_for_each_class():
    task = get_task("semseg", channels=3)
    weighted = with_data_settings(task, {"class_weights": [1, 2.5, 0]})
    assert weighted.loss.class_weights == (1, 2.5, 0) and data_settings_of(weighted) == {"class_weights": [1, 2.5, 0]}
    assert data_settings_of(task) == {} and with_data_settings(task, {}) == task
    with pytest.raises(ValueError, match=r"`class_weights` of task 'semseg' must .* 3 classes. Received: 2"):
        with_data_settings(task, {"class_weights": [1, 2]})


def test_kinds_without_such_settings_change_nothing():
    task = get_task("normals")
    assert with_data_settings(task, {"max_distance": 0.02}) is task
    assert data_settings_of(task) == {}


def test_depth_in_standard_deviations_changes_loss_measure_and_its_words():
    task = get_task("depth")
    assert with_data_settings(task, {}) == task and data_settings_of(task) == {}
    scaled = with_data_settings(task, {"standard_deviation": 1.5})
    assert (scaled.loss.per, scaled.measure.per) == (1.5, 1.5)
    assert (scaled.measure_name, scaled.measure_unit) == ("L1", "standard deviations")
    assert scaled.unit == "m"  # predictions stay in metres
    assert data_settings_of(scaled) == {"standard_deviation": 1.5}
