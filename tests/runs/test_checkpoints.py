"""Checkpoints that were cut off are passed over, loudly."""

import contextlib
import os
import pathlib

import pytest
import tensorflow as tf

from bmt_tf.runs.checkpoints import Checkpoints, saved_steps


def _saved(directory, steps=(1, 2, 3)):
    value = tf.Variable(0.0)
    checkpoints = Checkpoints(f"{directory}/checkpoints", value=value)
    for step in steps:
        value.assign(step)
        checkpoints.save(step)
    return value, checkpoints


def _cut(directory, step):
    data = next((pathlib.Path(directory) / "checkpoints").glob(f"ckpt-{step}.data*"))
    data.write_bytes(data.read_bytes()[: data.stat().st_size // 2])


def test_newest_is_read_and_the_last_three_are_kept(tmp_path):
    _saved(tmp_path, (1, 2, 3, 4))
    value = tf.Variable(0.0)
    assert Checkpoints(str(tmp_path / "checkpoints"), value=value).restore() == 4
    assert float(value) == 4.0
    assert saved_steps(os.path.join(tmp_path, "checkpoints")) == [2, 3, 4]


def test_nothing_to_restore_gives_none(tmp_path):
    assert Checkpoints(str(tmp_path / "checkpoints"), value=tf.Variable(0.0)).restore() is None


def test_cut_off_checkpoint_falls_back_and_names_both(tmp_path, caplog):
    value, checkpoints = _saved(tmp_path)
    _cut(tmp_path, 3)
    with caplog.at_level("WARNING"):
        assert checkpoints.restore() == 2
    assert float(value) == 2.0
    assert "step 3" in caplog.text
    assert "step 2" in caplog.text


def test_no_whole_checkpoint_is_an_error(tmp_path):
    _, checkpoints = _saved(tmp_path, (1,))
    _cut(tmp_path, 1)
    with pytest.raises(ValueError, match=r"checkpoints of steps \[1\]"):
        checkpoints.restore()


def test_checkpoint_of_another_network_is_an_error(tmp_path):
    _saved(tmp_path, (1,))
    with pytest.raises(ValueError, match="of this network"):
        Checkpoints(str(tmp_path / "checkpoints"), value=tf.Variable(0.0), other=tf.Variable(1.0)).restore()


@contextlib.contextmanager
def _nearly_full_disk():
    """Lets the process write no file of more than 1,000 bytes; kept short, since it holds for pytest, too."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_write_that_fails_names_the_step_and_keeps_the_older(tmp_path):
    value = tf.Variable(1.0)
    Checkpoints(str(tmp_path / "checkpoints"), value=value).save(1)
    large = Checkpoints(str(tmp_path / "checkpoints"), value=value, large=tf.Variable(tf.zeros([1000])))
    with pytest.raises(OSError, match=r"step 2 .*Older checkpoints: \[1\]"), _nearly_full_disk():
        large.save(2)
    value.assign(0.0)
    assert Checkpoints(str(tmp_path / "checkpoints"), value=value).restore() == 1
    assert float(value) == 1.0


def test_other_workers_keep_nothing(tmp_path):
    Checkpoints(str(tmp_path / "checkpoints"), writes=False, value=tf.Variable(1.0)).save(1)
    assert not list(tmp_path.iterdir())


def test_step_without_checkpoint_is_refused(tmp_path):
    _, checkpoints = _saved(tmp_path)
    with pytest.raises(ValueError, match=r"`step` must be .* \[1, 2, 3\]. Received: step=7"):
        checkpoints.restore(7)


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_directory_named_like_a_pattern_holds_its_checkpoints_and_other_directories_keep_theirs(tmp_path, prefix):
    _saved(tmp_path / "a b", (1, 2))
    value, checkpoints = _saved(f"{prefix}{tmp_path}/a [b]* ?\\", (1, 2, 3, 4))
    value.assign(0.0)
    assert (checkpoints.restore(), float(value)) == (4, 4.0)
    assert saved_steps(f"{prefix}{tmp_path}/a [b]* ?\\/checkpoints") == [2, 3, 4]
    assert saved_steps(f"{tmp_path}/a b/checkpoints") == [1, 2]


def test_remote_directories_hold_checkpoints():
    # TensorFlow's file system in memory stands for a remote one.
    value, checkpoints = _saved("ram://run", (1, 2, 3, 4))
    value.assign(0.0)
    assert checkpoints.restore() == 4
    assert saved_steps("ram://run/checkpoints") == [2, 3, 4]
