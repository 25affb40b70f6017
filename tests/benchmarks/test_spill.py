"""The memory measurement measures the process that did the work."""

from benchmarks.spill import measure_spill


def test_peak_memory_is_far_below_the_features(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")  # the threads' waiting takes seconds where tests share the cores
    result = measure_spill(images=50, features=10**6, directory=tmp_path)
    assert result["disk_bytes"] == 200_000_000
    assert result["write_seconds"] > 0 and result["rdm_seconds"] > 0
    # A batch of 16 MB, a few slices of 32 MiB, and the interpreter's own; features in float64 would be 400 MB more.
    assert 20e6 < result["peak_bytes"] < 350e6
    assert not list(tmp_path.iterdir())
