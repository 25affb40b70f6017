"""A run goes on with what it was begun with, wherever that lies, or to more steps where it is told to."""

import dataclasses
import os

import pytest

from bmt_tf.runs import Run
from bmt_tf.runs.settings import Pair


def _begin(config):
    """Begins a run and leaves what a first checkpoint leaves."""
    run = Run.begin(config)
    os.makedirs(run.paths.checkpoints, exist_ok=True)
    open(os.path.join(run.paths.checkpoints, "ckpt-1.index"), "w").close()
    return run


def test_pretrained_weights_are_compared_by_what_their_file_holds(tiny, tmp_path):
    for name, content in (("a.h5", b"one"), ("b.h5", b"one"), ("c.h5", b"two")):
        (tmp_path / name).write_bytes(content)
    config = tiny(weights=str(tmp_path / "a.h5"))
    first = _begin(config)
    Run.begin(dataclasses.replace(config, weights=str(tmp_path / "b.h5")))
    with pytest.raises(ValueError, match="`weights` must stay as the run was begun with"):
        Run.begin(dataclasses.replace(config, weights=str(tmp_path / "c.h5")))
    other = _begin(tiny("other", weights=str(tmp_path / "c.h5")))
    assert set(first.differing(other, Pair.SCORES)) == set(other.differing(first, Pair.SINGLES)) == {"weights"}


@pytest.mark.parametrize(("schedule", "ends"), [("poly", [4]), ("constant", [])])
def test_a_run_goes_on_to_more_steps_only_where_it_is_told_to_extend(tiny, schedule, ends):
    config = tiny(schedule=schedule)
    begun = _begin(config)
    longer = dataclasses.replace(config, steps=6)
    with pytest.raises(ValueError, match=r"`steps` must stay as .* \(4\).*--extend.*`poly`.*jumps.*Received: 6"):
        Run.begin(longer)
    Run.begin(dataclasses.replace(longer, extend=True))
    resumed = Run.begin(longer)
    assert resumed.record["extended"] == ends and Run.load(config.run_dir).settings.steps == 6
    assert ("extended" in resumed.differing(begun, Pair.SCORES)) == bool(ends)
    with pytest.raises(ValueError, match=r"`steps` must stay as the run was begun with \(6\)"):
        Run.begin(dataclasses.replace(config, extend=True))
