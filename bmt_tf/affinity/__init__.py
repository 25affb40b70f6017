"""How alike the features of single-task networks are: RDMs, their affinity, and how sure both are. No TensorFlow."""

from bmt_tf.affinity.averaging import mean_affinity
from bmt_tf.affinity.certainty import UNDECIDED_MEANS, BlockCertainty, certainty_lines, tree_certainty
from bmt_tf.affinity.correlations import affinity, bootstrap_affinity, pairs_together
from bmt_tf.affinity.rdms import rdm, rdm_from_chunks
from bmt_tf.affinity.spilling import FeatureSpill
from bmt_tf.affinity.storage import AffinityResult, StoredRdms, save_rdms

__all__ = [
    "rdm",
    "rdm_from_chunks",
    "FeatureSpill",
    "affinity",
    "bootstrap_affinity",
    "mean_affinity",
    "pairs_together",
    "BlockCertainty",
    "tree_certainty",
    "certainty_lines",
    "UNDECIDED_MEANS",
    "AffinityResult",
    "save_rdms",
    "StoredRdms",
]
