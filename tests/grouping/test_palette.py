"""Tasks keep their colours, and no two tasks of a drawing share one."""

from bmt_tf.grouping.palette import COLOURS, task_colour


def test_the_first_tasks_have_the_colours_of_the_palette():
    assert [task_colour(number) for number in range(len(COLOURS))] == list(COLOURS)


def test_forty_tasks_have_forty_colours():
    assert len({task_colour(number) for number in range(40)}) == 40
    assert task_colour(8) == "hsl(20, 50%, 45%)"
