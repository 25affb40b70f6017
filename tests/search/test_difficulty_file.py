"""What is hard for whom follows from losses with gaps, and survives the file."""

import numpy as np
import pytest

from bmt_tf.search.difficulty_file import Difficulty

NAN = np.nan
LOSSES = np.array([[1.0, 4.0, NAN], [3.0, 2.0, 1.0], [2.0, 9.0, 5.0], [6.0, NAN, 3.0]])
NAMES = ("semseg", "depth", "edge"), ("a", "b", "c", "d")


def test_hard_is_above_the_mean_of_the_task_and_images_without_a_label_are_skipped_by_pair():
    found = Difficulty(LOSSES, *NAMES)
    np.testing.assert_array_equal(found.hard, [[0, 0, 0], [0, 0, 0], [0, 1, 1], [1, 0, 0]])
    # semseg and depth have a, b, c in common; semseg and edge b, c, d; depth and edge b, c.
    expected = [[1, 2 / 3, 1 / 3], [2 / 3, 1, 1], [1 / 3, 1, 1]]
    np.testing.assert_allclose(found.affinity, expected)


def test_affinity_is_that_of_a_loop_over_images():
    random = np.random.default_rng(0)
    losses = np.where(random.random((30, 4)) < 0.3, NAN, random.random((30, 4)))
    found = Difficulty(losses, tuple("abcd"), tuple(map(str, range(30))))
    means = np.nanmean(losses, axis=0)
    for t in range(4):
        for u in range(4):
            both = [row for row in losses if not np.isnan(row[[t, u]]).any()]
            alike = [(row[t] > means[t]) == (row[u] > means[u]) for row in both]
            assert found.affinity[t, u] == pytest.approx(np.mean(alike))


def test_draws_are_those_of_images_drawn_anew_and_leave_out_what_has_no_pair():
    found = Difficulty(LOSSES, *NAMES)
    draws = found.bootstrap(200, seed=1)
    np.testing.assert_array_equal(draws, found.bootstrap(200, seed=1))
    assert 100 < len(draws) < 200 and np.isfinite(draws).all()  # neither b nor c in some
    assert not np.allclose(draws.std(axis=0)[0, 1:], 0)
    random = np.random.default_rng(1)
    drawn = random.integers(0, 4, 4)
    repeated = Difficulty(LOSSES[drawn], NAMES[0], tuple(map(str, drawn)))
    np.testing.assert_allclose(draws[0], repeated.affinity)


def test_file_gives_back_what_was_stored_with_where_it_came_from(tmp_path):
    stored = Difficulty(LOSSES, *NAMES, step=7, measured_on={"encoder": "small"})
    stored.save(tmp_path / "difficulty.npz")
    read = Difficulty.load(tmp_path / "difficulty.npz")
    np.testing.assert_array_equal(read.losses, LOSSES)
    assert (read.tasks, read.images, read.step, read.measured_on) == (*NAMES, 7, {"encoder": "small"})
    np.testing.assert_array_equal(np.load(tmp_path / "difficulty.npz")["affinity"], stored.affinity)


def test_missing_or_damaged_file_names_the_script(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"difficulty.npz must exist; scripts/group.py makes it"):
        Difficulty.load(tmp_path / "difficulty.npz")
    fields = {"tasks": np.array(NAMES[0]), "images": np.array(NAMES[1]), "step": 1}
    np.savez(tmp_path / "difficulty.npz", losses=LOSSES[:2], measured_on=np.array("{}"), **fields)
    with pytest.raises(ValueError, match=r"must be a whole file made by scripts/group.py.*\[4, 3\]"):
        Difficulty.load(tmp_path / "difficulty.npz")


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ((slice(None), 1), NAN, r"every task on some image. Received: no label of \['depth'\] on any of 4 images"),
        ((1, 1), np.inf, "finite.*inf of task 'depth' on image 'b'"),
        (([1, 2], 1), NAN, "every two tasks on some image.*none of 4 images with labels of both 'depth' and 'edge'"),
    ],
)
def test_losses_that_say_nothing_of_a_task_or_a_pair_are_refused(place, value, message):
    losses = LOSSES.copy()
    losses[place] = value
    with pytest.raises(ValueError, match=f"`losses` must be .*{message}"):
        Difficulty(losses, *NAMES)
