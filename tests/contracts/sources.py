"""What holds for every source of examples: the body of a test class that has the fixtures `source` and `others`."""

import numpy as np
import pytest

from bmt_tf.data import Source, with_only
from bmt_tf.data.source import check_example, image_sizes, state_of


class SourceContract:
    """Assertions about a source.

    A test class that derives from it has the fixtures `source`, and `others`, sources of the same data set that differ
    from it in something that a training would notice.
    """

    def test_it_is_a_source_of_as_many_examples_as_ids(self, source):
        assert isinstance(source, Source)
        assert len(source) == len(source.ids) == len(set(source.ids)) > 0
        assert all(isinstance(id_, str) for id_ in source.ids) and source.name and source.split and source.tasks
        assert all(name == task.name for name, task in source.tasks.items())

    def test_its_examples_have_the_form_of_their_tasks(self, source):
        examples = list(source)  # iteration ends after the last
        assert tuple(example["id"] for example in examples) == tuple(source.ids)
        for example in examples:
            check_example(example, source.tasks.values())
            assert list(example["labels"]) == list(source.tasks)

    def test_an_example_is_the_same_whenever_it_is_read(self, source):
        self.equal(source[len(source) - 1], source[-1])

    def test_numbers_beyond_the_last_are_refused(self, source):
        for index in (len(source), -len(source) - 1):
            with pytest.raises(IndexError):
                source[index]

    def test_fewer_tasks_give_the_same_images_and_labels(self, source):
        name = list(source.tasks)[-1]
        fewer, whole = with_only(source, [name]), source[0]
        assert name in fewer.tasks and set(fewer.tasks) <= set(source.tasks)
        assert fewer.ids == source.ids and fewer.fingerprint() == source.fingerprint()
        labels = {task: whole["labels"][task] for task in fewer.tasks}
        self.equal(fewer[0], whole | {"labels": labels})

    def test_sizes_are_those_of_the_images(self, source):
        sizes = [list(example["image"].shape[:2]) for example in source]
        assert image_sizes(source, range(len(source))).tolist() == sizes

    def test_its_fingerprint_is_stable_and_no_others(self, source, others):
        prints = [one.fingerprint() for one in (source, *others)]
        assert all(isinstance(one, str) and one for one in prints)
        assert prints[0] == source.fingerprint()
        assert len(set(prints)) == len(prints) > 1

    def test_its_state_says_no_less_than_its_fingerprint(self, source, others):
        states = [state_of(one) for one in (source, *others)]
        assert states[0] == state_of(source) == state_of(with_only(source, list(source.tasks)[-1:]))
        assert not any(states) or len(set(states)) == len(states)

    def equal(self, one, other):
        assert one["id"] == other["id"] and one["labels"].keys() == other["labels"].keys()
        np.testing.assert_array_equal(one["image"], other["image"])
        for task, label in one["labels"].items():
            np.testing.assert_array_equal(label, other["labels"][task])
