"""Options of embedded data sets; the texts that are refused are with the data sets."""

import pytest

from bmt_tf.data.specs import numbers_in

OPTIONS = ("train", "size", "seed")


def test_options_come_by_name():
    assert numbers_in("dots", "dots", OPTIONS) == {}
    assert numbers_in("dots:seed=3,train=64", "dots", OPTIONS) == {"seed": 3, "train": 64}


@pytest.mark.parametrize("spec", ["dots:train", "dots:train=x", "dots:width=3", "dots:seed=1,seed=2", "dots:seed=-1"])
def test_an_item_of_another_form_is_named(spec):
    with pytest.raises(ValueError, match=f"whole numbers for some of train, size, seed .* in data='{spec}'"):
        numbers_in(spec, "dots", OPTIONS)


def test_another_name_is_refused():
    with pytest.raises(ValueError, match=r"begin with 'dots'. Received: data='spots:seed=1'"):
        numbers_in("spots:seed=1", "dots", OPTIONS)
