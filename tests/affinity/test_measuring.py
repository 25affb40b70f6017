"""The memory measurement measures the process that did the work."""

from bmt_tf.affinity import measure_spill


def test_peak_memory_is_far_below_the_features(tmp_path):
    result = measure_spill(images=40, features=10**6, directory=tmp_path)
    assert result["disk_bytes"] == 160_000_000
    assert result["write_seconds"] > 0 and result["rdm_seconds"] > 0
    # A batch of 16 MB, slices of 64 + 128 MiB, and the interpreter's own; features in float64 would be 320 MB more.
    assert 20e6 < result["peak_bytes"] < 700e6
    assert not list(tmp_path.iterdir())
