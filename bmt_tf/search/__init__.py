"""Searching trees: exact and beam fronts, likely trees, FAFS, trees to compare with, agreement. Free of TensorFlow."""

from bmt_tf.search.agreement import consensus_grouping, mean_agreement, pair_frequencies
from bmt_tf.search.alpha_file import AlphaHistory
from bmt_tf.search.baselines import permuted_grouping, vanilla_grouping
from bmt_tf.search.beam import beam_front
from bmt_tf.search.clustering import clustering_cost
from bmt_tf.search.difficulty_file import Difficulty
from bmt_tf.search.enumeration import all_groupings, number_of_trees
from bmt_tf.search.exact import exact_front
from bmt_tf.search.fafs import FafsPoint, fafs_front, fafs_grouping, fafs_separation
from bmt_tf.search.likely import likely_beam_front, likely_front, tree_surprise
from bmt_tf.search.points import TreePoint, choose, front_gap
from bmt_tf.search.random_trees import random_grouping

__all__ = [
    "AlphaHistory",
    "Difficulty",
    "FafsPoint",
    "TreePoint",
    "all_groupings",
    "beam_front",
    "choose",
    "clustering_cost",
    "consensus_grouping",
    "exact_front",
    "fafs_front",
    "fafs_grouping",
    "fafs_separation",
    "front_gap",
    "likely_beam_front",
    "likely_front",
    "mean_agreement",
    "number_of_trees",
    "pair_frequencies",
    "permuted_grouping",
    "random_grouping",
    "tree_surprise",
    "vanilla_grouping",
]
