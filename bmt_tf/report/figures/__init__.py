"""The figures of a report, each as the text of an SVG picture."""

from bmt_tf.report.figures.affinity import affinity_by_depth, affinity_maps, affinity_of_trees
from bmt_tf.report.figures.certainty import certainty_picture
from bmt_tf.report.figures.front import front_picture
from bmt_tf.report.figures.gain import gain_against_cost
from bmt_tf.report.figures.routing import routing_map, routing_over_time

__all__ = [
    "affinity_by_depth",
    "affinity_maps",
    "affinity_of_trees",
    "certainty_picture",
    "front_picture",
    "gain_against_cost",
    "routing_map",
    "routing_over_time",
]
