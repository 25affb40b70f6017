"""What is known of a data set before it is opened holds when it is opened."""

import pytest

from bmt_tf.data import open_data
from bmt_tf.data.opening import find_data_set


@pytest.mark.parametrize("data", ["scenes:train=2,val=2,height=16,width=16", "planted:train=2,val=2", "folder"])
def test_tasks_and_splits_are_those_of_the_opened_splits(data, data_folder):
    data = str(data_folder) if data == "folder" else data
    data_set = find_data_set(data).data_set
    assert data_set.recognises(data) and data_set.name and data_set.form
    for split in data_set.splits(data):
        source = open_data(data, split)
        assert source.split == split
        assert source.tasks == data_set.tasks(data) and list(source.tasks) == list(data_set.tasks(data))
