"""The images of a search: a split by seed that is kept, batches per phase, and what is too little to search with."""

import dataclasses
import json

import numpy as np
import pytest
from tiny_runs import tiny_search

from bmt_tf.data import open_data
from bmt_tf.runs import Run
from bmt_tf.tasks import empty_label
from bmt_tf.training.branch_search import data as data_module
from bmt_tf.training.branch_search.data import derived_seed, split_for_search


def _split(config):
    return split_for_search(Run(config))


def test_split_is_disjoint_seeded_and_leaves_out_what_is_held_out(tmp_path):
    config = tiny_search(tmp_path, held_out=2, alpha_fraction=0.4)
    one, two = _split(config), _split(config)
    theta, alpha = one.indices["theta"], one.indices["alpha"]
    assert (len(theta), len(alpha)) == (6, 4)
    assert len({*theta, *alpha}) == 10
    np.testing.assert_array_equal(two.indices["alpha"], alpha)
    others = [_split(tiny_search(tmp_path, held_out=2, alpha_fraction=0.4, seed=seed)) for seed in range(4, 8)]
    assert any(not np.array_equal(other.indices["alpha"], alpha) for other in others)
    assert (one.schedule.theta_pass, one.schedule.alpha_pass) == (3, 2)


def test_stored_split_is_the_one_that_a_run_goes_on_with(tmp_path):
    data = _split(tiny_search(tmp_path))
    moved = dataclasses.replace(data, indices={"theta": data.indices["alpha"], "alpha": data.indices["theta"]})
    again = moved.with_split(json.loads(json.dumps(data.to_json())))
    for name, indices in data.indices.items():
        np.testing.assert_array_equal(again.indices[name], indices)


def test_each_phase_has_a_stream_of_its_own_that_can_begin_anywhere(tmp_path):
    data = _split(tiny_search(tmp_path, flip=False))
    images = {
        phase: [batch["image"].numpy() for batch in data.batches(phase, 0).take(4)]
        for phase in ("warm_up", "alpha", "theta")
    }
    np.testing.assert_array_equal(next(iter(data.batches("theta", 3)))["image"], images["theta"][3])

    def seen(phase):
        return {image.tobytes() for batch in images[phase] for image in batch}

    assert seen("warm_up") == seen("theta") and not seen("theta") & seen("alpha")
    assert not np.array_equal(images["warm_up"], images["theta"])  # in another order
    assert len(seen("theta")) == 8 and len(seen("alpha")) == 4


def test_both_sides_together_keep_no_more_than_the_limit(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(data_module, "training_batches", lambda *_, cache_bytes, **__: kept.append(cache_bytes))
    data = _split(tiny_search(tmp_path, cache_gib=3.0))
    for phase in ("warm_up", "alpha", "theta"):
        data.batches(phase, 0)
    assert kept == [2 * 2**30, 2**30, 2 * 2**30]


def test_images_are_resized_for_the_search(tmp_path):
    data = _split(tiny_search(tmp_path, search_scale=0.5))
    batch = next(iter(data.batches("alpha", 0)))
    assert batch["image"].shape == (2, 16, 16, 3) and batch["labels"]["depth"].shape == (2, 16, 16, 1)


@pytest.mark.parametrize("change", [{"alpha_fraction": 0.1}, {"alpha_fraction": 0.95}, {"held_out": 9}])
def test_side_with_less_than_a_batch_is_refused(tmp_path, change):
    with pytest.raises(ValueError, match="`alpha_fraction` must give at least a batch of 2"):
        _split(tiny_search(tmp_path, **change))


def test_task_without_a_labelled_image_is_named(tmp_path):
    class Unlabelled:
        """The source, with the depth of some images missing."""

        def __init__(self, source, missing):
            self._source, self._missing = source, missing
            self.name, self.split, self.tasks, self.ids = source.name, source.split, source.tasks, source.ids

        def __len__(self):
            return len(self._source)

        def __getitem__(self, index):
            example = self._source[index]
            if index not in self._missing:
                return example
            return example | {"labels": {**example["labels"], "depth": empty_label(self.tasks["depth"], 32, 32)}}

    config = tiny_search(tmp_path)
    source = open_data(config.data, "train")
    whole = _split(config)
    whole.check()
    alpha = set(whole.indices["alpha"].tolist())
    dataclasses.replace(whole, source=Unlabelled(source, set(list(alpha)[1:]))).check()
    with pytest.raises(ValueError, match=r"`tasks` must each have a labelled image .* for alpha .* \['depth'\]"):
        dataclasses.replace(whole, source=Unlabelled(source, alpha)).check()


def test_seeds_differ_by_purpose_and_by_run():
    seeds = {derived_seed(seed, purpose) for seed in range(50) for purpose in ("split", "batches of alpha", "cost")}
    assert len(seeds) == 150 and all(0 <= seed < 2**32 for seed in seeds)
