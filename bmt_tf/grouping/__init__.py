"""Groupings: which tasks share which blocks of an encoder. Free of TensorFlow."""

from bmt_tf.grouping.groupings import Grouping
from bmt_tf.grouping.nodes import Node
from bmt_tf.grouping.partitions import Partition, all_partitions, canonical, meet, refines

__all__ = ["Grouping", "Node", "Partition", "all_partitions", "canonical", "meet", "refines"]
