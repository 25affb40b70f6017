"""The figures of a search hold every block and task."""

from bmt_tf.report import figures


def test_probabilities_over_time_name_blocks_and_tasks(searched, words):
    (search,) = searched.searches
    shown = set(words(figures.routing_over_time(search)))
    assert {*search.history.blocks, *search.history.tasks, "600"} <= shown


def test_the_map_names_blocks_and_tasks(searched, words):
    (search,) = searched.searches
    shown = set(words(figures.routing_map(search)))
    assert {*search.history.blocks, *search.history.tasks, "probability"} <= shown
