"""Files of a run have one name each, below whatever directory."""

from bmt_tf.runs.paths import RUN_FOLDERS, AffinityPaths, ChoicePaths, RunPaths


def test_a_file_lies_below_its_directory_local_or_remote():
    assert RunPaths("runs/shared").metrics == "runs/shared/metrics.json"
    assert RunPaths("gs://bucket/run").warm_up_checkpoints == "gs://bucket/run/warm_up/checkpoints"
    assert ChoicePaths("tree").front == "tree/front.csv"


def test_without_a_directory_it_is_the_name():
    assert RunPaths.config == "config.json" and AffinityPaths.affinity == "affinity.npz"
    assert "checkpoints" in RUN_FOLDERS and "rdm" in RUN_FOLDERS
