"""From single-task runs to affinities: the right images, the right features, and clear words where it cannot be."""

import os

import numpy as np
import pytest
import tensorflow as tf
from tiny_runs import change_record

from bmt_tf.affinity import AffinityResult, affinity, rdm
from bmt_tf.choosing.feature_collection import block_features, measure_affinity, task_rdms
from bmt_tf.runs import Run
from bmt_tf.runs.checkpoints import Checkpoints


@pytest.fixture
def runs(trained_singles, copied):
    """Copies of the two single-task runs, which may be changed."""
    return [str(copied(run_dir, task)) for task, run_dir in trained_singles.items()]


def test_affinities_are_those_of_the_features_of_the_held_out_images(trained_singles, trained, tmp_path):
    output = str(tmp_path / "affinity")
    result = measure_affinity(list(trained_singles.values()), output, images=4, replicates=5, batch_size=3)
    source, held_out = Run(trained).split("train"), Run(trained).held_out_images
    images = np.stack([source[index]["image"] for index in held_out]).astype(np.float32)
    rdms = []
    for run_dir in trained_singles.values():
        run = Run.load(run_dir)
        model, grouping = run.trained().network, run.grouping
        features = block_features(model, run.encoder, grouping)(images)
        rdms.append([rdm(features[block].numpy().reshape(4, -1)) for block in grouping.blocks])
    np.testing.assert_allclose(result.affinity, affinity(np.array(rdms)), atol=1e-6)
    assert result.tasks == ("semseg", "depth")
    assert result.blocks == ("one", "two", "three")
    assert result.images == tuple(source.ids[index] for index in held_out)
    assert result.replicates.shape == (5, 3, 2, 2)
    assert sorted(os.listdir(output)) == ["affinity.npz", "rdm"]
    np.testing.assert_array_equal(AffinityResult.load(os.path.join(output, "affinity.npz")).affinity, result.affinity)


def test_features_are_what_the_network_itself_computes(trained_singles):
    run = Run.load(trained_singles["depth"])
    model, grouping = run.trained().network, run.grouping
    image = tf.constant(np.random.default_rng(0).uniform(0, 255, [2, 32, 32, 3]), tf.float32)
    features = block_features(model, run.encoder, grouping)(image)
    head = model.get_layer("head_depth")
    outputs = head([features["three"], features["one"], image], training=False)
    np.testing.assert_allclose(outputs, model(image, training=False)["depth"], rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def of_three(trained_singles, tmp_path_factory):
    """What is measured on three images without a bootstrap."""
    output = str(tmp_path_factory.mktemp("affinity"))
    return measure_affinity(list(trained_singles.values()), output, images=3, replicates=0)


def test_fewer_images_are_spread_evenly_and_no_bootstrap_is_fine(of_three, trained):
    source, held_out = Run(trained).split("train"), Run(trained).held_out_images
    assert of_three.images == tuple(source.ids[held_out[place]] for place in (0, 2, 3))
    np.testing.assert_array_equal(of_three.low, of_three.affinity)


@pytest.mark.parametrize("images", [2, 5])
def test_more_images_than_held_out_or_too_few_are_refused(trained_singles, tmp_path, images):
    with pytest.raises(ValueError, match=f"`images` must be at least 3 .* held_out=4. Received: images={images}"):
        measure_affinity(list(trained_singles.values()), str(tmp_path / "affinity"), images=images)


def test_runs_that_cannot_be_compared_are_refused(runs, trained, tmp_path):
    output = str(tmp_path / "affinity")
    with pytest.raises(ValueError, match="must be runs of one task each"):
        measure_affinity([*runs, trained.run_dir], output, images=3)
    with pytest.raises(ValueError, match="at least two different tasks"):
        measure_affinity([runs[0], runs[0]], output, images=3)
    with pytest.raises(ValueError, match="`replicates` must not be negative"):
        measure_affinity(runs, output, images=3, replicates=-1)
    change_record(runs[1], "data", "fingerprint", value="other")
    with pytest.raises(ValueError, match="must be trained on the data as it is now"):
        measure_affinity(runs, output, images=3)
    change_record(runs[1], "config", "seed", value=9)
    with pytest.raises(ValueError, match=r"must be runs of the same settings.*\['seed'\]"):
        measure_affinity(runs, output, images=3)


def test_unfinished_run_is_refused(runs, tmp_path):
    os.remove(os.path.join(runs[1], "checkpoints", "ckpt-3.index"))
    with pytest.raises(ValueError, match=r"must be finished runs.*depth, which has no checkpoint of step 3"):
        measure_affinity(runs, str(tmp_path / "affinity"), images=3)


def test_constant_feature_map_names_task_block_and_image(runs, tmp_path):
    run = Run.load(runs[1])
    model = run.trained().network
    norm = model.get_layer("two_g0").get_layer("two_bn")
    norm.gamma.assign(0 * norm.gamma)
    norm.beta.assign(0 * norm.beta - 1)
    Checkpoints(run.paths.checkpoints, model=model).save(3)
    with pytest.raises(ValueError, match=r"task 'depth', block 'two'.*image 'train_0"):
        measure_affinity(runs, str(tmp_path / "affinity"), images=3)
    assert os.listdir(tmp_path / "affinity" / "rdm") == ["semseg.npz"]
    assert not any(name.startswith("features_") for name in os.listdir(tmp_path / "affinity"))


def test_photographs_smaller_than_the_training_crop_are_refused_with_their_names(trained_singles, tmp_path):
    run = Run.load(trained_singles["depth"])
    source, indices = run.split("train"), run.held_out_images
    with pytest.raises(ValueError, match=rf"`image_size` must be at most the size.*'{source.ids[indices[0]]}' of 32 x"):
        task_rdms(run, source, indices, str(tmp_path), image_size=(32, 33))


def test_photographs_that_are_too_small_are_left_out_as_long_as_enough_are_large(
    trained_singles, tmp_path, monkeypatch
):
    runs, run = list(trained_singles.values()), Run.load(trained_singles["depth"])
    source, held_out = run.split("train"), run.held_out_images
    small = held_out[1]
    sizes = lambda source, indices: np.where(np.asarray(indices)[:, None] == small, (32, 20), (32, 32))  # noqa: E731
    monkeypatch.setattr("bmt_tf.choosing.feature_collection.image_sizes", sizes)
    result = measure_affinity(runs, str(tmp_path / "three"), replicates=0)
    assert result.images == tuple(source.ids[index] for index in held_out if index != small)
    with pytest.raises(ValueError, match=r"size of 4 or more of 4 .*\(32, 32\), and 3 as large. .* 20 wide"):
        measure_affinity(runs, str(tmp_path / "four"), images=4)
    with pytest.raises(ValueError, match=r"size of 3 or more of 4 .*=\(40, 40\), and 0 as large"):
        measure_affinity(runs, str(tmp_path / "none"), image_size=(40, 40))


def test_affinities_may_be_measured_on_another_middle_of_the_images(of_three, trained_singles, tmp_path):
    runs = list(trained_singles.values())
    with pytest.raises(ValueError, match=r"`image_size` must be a height and a width in pixels. Received.*\(32,\)"):
        measure_affinity(runs, str(tmp_path), images=3, image_size=(32,))
    middle = measure_affinity(runs, str(tmp_path / "middle"), images=3, replicates=0, image_size=(24, 17))
    assert not np.allclose(of_three.affinity, middle.affinity)


class Framed:
    """The images of a source in frames of noise, of two sizes."""

    def __init__(self, source):
        self.source, self.name, self.split, self.tasks, self.ids = source, "framed", "train", {}, source.ids

    def __len__(self):
        return len(self.source)

    def __getitem__(self, index):
        margin = 2 + 3 * (index % 2)
        noise = np.random.default_rng(index).integers(0, 256, [32 + 2 * margin, 32 + 2 * margin, 3], np.uint8)
        noise[margin:-margin, margin:-margin] = self.source[index]["image"]
        return {"image": noise, "labels": {}, "id": self.ids[index]}


def test_photographs_of_unlike_size_are_compared_by_what_lies_in_the_training_crop(trained_singles, tmp_path):
    run = Run.load(trained_singles["depth"])
    source, indices = run.split("train"), run.held_out_images
    _, alone = task_rdms(run, source, indices, str(tmp_path))
    _, framed = task_rdms(run, Framed(source), indices, str(tmp_path), batch_size=3)
    np.testing.assert_allclose(framed, alone, atol=1e-5)


def test_rdms_do_not_depend_on_the_batch(trained_singles, trained, tmp_path):
    source, indices = Run(trained).split("train"), Run(trained).held_out_images
    blocks, together = task_rdms(Run.load(trained_singles["depth"]), source, indices, str(tmp_path), batch_size=4)
    _, apart = task_rdms(Run.load(trained_singles["depth"]), source, indices, str(tmp_path), batch_size=1)
    assert blocks == ("one", "two", "three")
    np.testing.assert_allclose(together, apart, atol=1e-5)
