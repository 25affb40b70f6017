"""A run goes on with what it was begun with, wherever that lies, or to more steps where it is told to."""

import dataclasses

import pytest
from tiny_runs import begun_run

from bmt_tf.runs import Run
from bmt_tf.runs.settings import Pair


def test_pretrained_weights_are_compared_by_what_their_file_holds(tiny, tmp_path):
    for name, content in (("a.h5", b"one"), ("b.h5", b"one"), ("c.h5", b"two")):
        (tmp_path / name).write_bytes(content)
    config = tiny(weights=str(tmp_path / "a.h5"))
    first = begun_run(config)
    Run.begin(dataclasses.replace(config, weights=str(tmp_path / "b.h5")))
    with pytest.raises(ValueError, match="`weights` must stay as the run was begun with"):
        Run.begin(dataclasses.replace(config, weights=str(tmp_path / "c.h5")))
    other = begun_run(tiny("other", weights=str(tmp_path / "c.h5")))
    assert set(first.differing(other, Pair.SCORES)) == set(other.differing(first, Pair.SINGLES)) == {"weights"}


@pytest.mark.parametrize(("schedule", "ends"), [("poly", [4]), ("constant", [])])
def test_a_run_goes_on_to_more_steps_only_where_it_is_told_to_extend(tiny, schedule, ends):
    config = tiny(schedule=schedule)
    begun = begun_run(config)
    longer = dataclasses.replace(config, steps=6)
    with pytest.raises(ValueError, match=r"`steps` must stay as .* \(4\).*--extend.*`poly`.*jumps.*Received: 6"):
        Run.begin(longer)
    Run.begin(dataclasses.replace(longer, extend=True))
    resumed = Run.begin(longer)
    assert resumed.record["extended"] == ends and Run.load(config.run_dir).settings.steps == 6
    assert ("extended" in resumed.differing(begun, Pair.SCORES)) == bool(ends)
    with pytest.raises(ValueError, match=r"`steps` must stay as the run was begun with \(6\)"):
        Run.begin(dataclasses.replace(config, extend=True))
