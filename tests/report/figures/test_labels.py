"""Names beside points keep out of each other's way."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bmt_tf.report.figures import labels


def test_labels_of_crowded_points_hide_no_other_label():
    figure = Figure(figsize=(5, 4))
    axes = figure.add_subplot()
    points = [(1 + 0.01 * n, 1 + 0.01 * n, f"network_{n}") for n in range(4)]
    axes.plot([0, 2], [0, 2])
    labels.label_points(figure, axes, points)
    assert [text.get_text() for text in axes.texts] == [name for *_, name in points]
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [labels._box(text, renderer) for text in axes.texts]
    assert not any(labels._overlap(a, b) for n, a in enumerate(boxes) for b in boxes[:n])


def test_of_many_points_in_one_place_some_are_left_without_a_name():
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1])
    texts = labels.label_points(figure, axes, [(0.5, 0.5, "a long name of a point")] * (labels.ALL_NAMED + 1))
    assert len(texts) == labels.ALL_NAMED + 1 and None in texts and texts[0] is not None
