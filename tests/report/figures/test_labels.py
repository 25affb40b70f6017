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
