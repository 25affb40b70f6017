"""Tests of the batches: order, restart, shapes, sizes."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from bmt_tf.data import Augmentation, Folder, evaluation_batches, training_batches
from bmt_tf.data.pipeline import Part
from bmt_tf.tasks import get_task

TASKS = [get_task("semseg"), get_task("attributes", channels=3)]


@pytest.fixture
def source(array_source):
    """Seven images of three sizes; the class of every pixel is the image's number."""
    images = [np.full([4 + index % 3, 6, 3], index, np.uint8) for index in range(7)]
    labels = [{"semseg": np.full([*image.shape[:2], 1], image[0, 0, 0], np.uint8)} for image in images]
    return array_source(TASKS, images, labels)


def batches(source, count, tasks=TASKS, **changes):
    settings = {"batch_size": 2, "image_size": (4, 4), "augmentation": Augmentation.paper(), "seed": 5} | changes
    return [batch for batch in itertools.islice(training_batches(source, tasks, **settings), count)]


def numbers(found):
    """Returns the numbers of the images, read off their labels."""
    return [int(np.min(label)) for batch in found for label in batch["labels"]["semseg"]]


def test_form_of_a_training_batch(source):
    (batch,) = batches(source, 1)
    assert batch["image"].shape == (2, 4, 4, 3) and batch["image"].dtype == tf.float32
    assert {name: (label.shape, label.dtype) for name, label in batch["labels"].items()} == {
        "semseg": ((2, 4, 4, 1), tf.uint8),
        "attributes": ((2, 3), tf.uint8),
    }
    assert batch["position"].numpy().tolist() == [0, 1]


def test_each_epoch_is_a_permutation_of_its_own(source):
    order = np.array(numbers(batches(source, 14))).reshape(4, 7)
    assert (np.sort(order, axis=1) == np.arange(7)).all()
    assert len({tuple(epoch) for epoch in order.tolist()}) == 4


def test_chosen_examples_only(source):
    assert set(numbers(batches(source, 6, indices=[1, 4, 5]))) == {1, 4, 5}
    assert numbers(batches(source, 2, indices=[3])) == [3, 3, 3, 3]


def test_a_restart_gives_the_same_batches(source):
    unbroken = batches(source, 9)
    for start in (1, 4, 8):
        for resumed, batch in zip(batches(source, 9 - start, start=start), unbroken[start:], strict=True):
            tf.nest.map_structure(np.testing.assert_array_equal, resumed, batch)


def test_the_seed_decides_order_and_augmentation(source):
    assert numbers(batches(source, 7)) == numbers(batches(source, 7))
    assert numbers(batches(source, 7)) != numbers(batches(source, 7, seed=6))


def test_one_processor_gives_the_same_batches(source):
    several = batches(source, 5)
    dataset = training_batches(
        source, TASKS, batch_size=2, image_size=(4, 4), augmentation=Augmentation.paper(), seed=5
    )
    options = tf.data.Options()
    options.threading.private_threadpool_size = 1
    for one, batch in zip(dataset.with_options(options), several, strict=False):
        tf.nest.map_structure(np.testing.assert_array_equal, one, batch)


def test_no_tuner_keeps_the_end_of_an_iterator_waiting(source):
    # It sleeps up to a minute after a long training; whether it is woken is chance, and cannot be tried in a second.
    training = training_batches(
        source, TASKS, batch_size=2, image_size=(4, 4), augmentation=Augmentation.paper(), seed=5
    )
    parted = training_batches(
        source, TASKS, batch_size=3, image_size=(4, 4), augmentation=Augmentation(), seed=5, part=Part(0, (2, 1))
    )
    for dataset in (training, parted, evaluation_batches(source, TASKS, batch_size=2)):
        assert dataset.options().autotune.enabled is False


@pytest.mark.parametrize(
    "parts", [[Part(0, (2, 1)), Part(3, (1, 1))], [Part(0, (5,))], [Part(0, (2, 2)), Part(4, (1,))]]
)
def test_hosts_read_their_own_images_and_together_the_whole_batch(source, parts):
    whole = batches(source, 6, batch_size=5, start=2)
    streams = []
    for part in parts:
        source.reads.clear()
        streams.append(batches(source, 6 * len(part.sizes), batch_size=5, start=2, part=part))
        seen = {int(position) for batch in streams[-1] for position in batch["position"]}
        assert {position % 5 - part.first for position in seen} == set(range(sum(part.sizes)))
        assert [len(batch["position"]) for batch in streams[-1]] == list(part.sizes) * 6
    for number, batch in enumerate(whole):
        pieces = [
            one
            for part, found in zip(parts, streams, strict=True)
            for one in found[number * len(part.sizes) :][: len(part.sizes)]
        ]
        joined = tf.nest.map_structure(lambda *values: np.concatenate(values), *pieces)
        tf.nest.map_structure(np.testing.assert_array_equal, joined, batch)


def test_labels_of_the_tasks_asked_for(source, data_folder):
    (batch,) = batches(source, 1, tasks=TASKS[:1])
    assert list(batch["labels"]) == ["semseg"]
    for path in (data_folder / "train" / "semseg").iterdir():
        path.write_text("damaged, but not asked for")
    folder = Folder(str(data_folder), "train")
    (batch,) = batches(folder, 1, tasks=[folder.tasks["normals"]])
    assert batch["labels"]["normals"].shape == (2, 4, 4, 3)


def test_evaluation_takes_every_image_once_in_batches_of_one_size(source):
    found = list(evaluation_batches(source, TASKS, batch_size=2))
    assert [batch["index"].numpy().tolist() for batch in found] == [[0, 3], [6], [1, 4], [2, 5]]
    for batch in found:
        assert batch["image"].dtype == tf.float32
        for place, index in enumerate(batch["index"].numpy()):
            np.testing.assert_array_equal(batch["image"][place], source.images[index])
            np.testing.assert_array_equal(batch["labels"]["semseg"][place], source.labels[index]["semseg"])
            assert (batch["labels"]["attributes"][place].numpy() == 255).all()


def test_images_that_are_read_once_are_not_kept(source):
    batches = evaluation_batches(source, TASKS, batch_size=3)
    for _ in range(2):
        source.reads.clear()
        list(batches)
        assert sorted(source.reads) == list(range(7))


def test_evaluation_says_how_many_batches_there_are(source):
    batches = evaluation_batches(source, TASKS, batch_size=2)
    assert batches.cardinality() == len(list(batches)) == 4


def test_evaluation_of_the_middle_of_chosen_examples_in_their_order(source):
    source.images[5] = np.arange(6 * 6 * 3, dtype=np.uint8).reshape(6, 6, 3)
    (batch,) = evaluation_batches(source, TASKS, batch_size=2, indices=[5, 3], image_size=(4, 3))
    assert batch["index"].numpy().tolist() == [5, 3]
    assert batch["labels"]["semseg"].shape == (2, 4, 3, 1)
    np.testing.assert_array_equal(batch["image"][0], source.images[5][1:5, 1:4])


def test_parts_of_nobody_are_ignored_in_training_and_scoring(array_source):
    task = get_task("human_parts")
    labels = [{"human_parts": np.full([4, 4, 1], value, np.uint8)} for value in (0, 2)]
    people = array_source([task], [np.zeros([4, 4, 3], np.uint8)] * 2, labels)
    (scored,) = evaluation_batches(people, [task], batch_size=2)
    (trained,) = batches(people, 1, tasks=[task], augmentation=Augmentation())
    for batch in (scored, trained):
        assert set(np.unique(batch["labels"]["human_parts"])) == {2, 255}


@pytest.mark.parametrize("changes", [{"batch_size": 0}, {"start": -1}])
def test_training_settings_out_of_range(source, changes):
    with pytest.raises(ValueError, match="`batch_size` must be at least 1 and `start` at least 0"):
        batches(source, 1, **changes)


def test_evaluation_settings_out_of_range(source):
    with pytest.raises(ValueError, match=r"`batch_size` must be at least 1\. Received: batch_size=0"):
        evaluation_batches(source, TASKS, batch_size=0)
    named = r"image_size=\(6, 6\), and 5 smaller: 'image0' of 4 x 6, 'image1' of 5 x 6"
    with pytest.raises(ValueError, match=rf"`image_size` must be at most the size of every image of 'arrays'.*{named}"):
        evaluation_batches(source, TASKS, batch_size=1, image_size=(6, 6))


def test_a_faulty_file_ends_with_its_name(data_folder, write):
    write(data_folder / "train" / "semseg" / "b.png", np.full([4, 6], 57, np.uint8))
    folder = Folder(str(data_folder), "train")
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"semseg/b\.png: a label of task 'semseg'.*57"):
        batches(folder, 3, tasks=[folder.tasks["semseg"]])
