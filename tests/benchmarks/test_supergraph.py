"""The benchmark of a search, in miniature."""

import re

from benchmarks import supergraph, topics


def test_a_step_of_each_phase_of_a_search_is_measured_beside_separate_networks(monkeypatch):
    small = {"TASKS": ("semseg", "normals"), "SIZE": (32, 32), "BATCH": 2, "STEPS": 1, "ROUNDS": 1}
    for name, value in (small | {"NETWORK": {"encoder": "narrow", "output_stride": 8}}).items():
        monkeypatch.setattr(supergraph, name, value)
    rows = topics.rows("supergraph", topics.Settings())
    assert [name for name, _ in rows] == [
        "single networks, for comparison: our step",
        "warm-up: our step",
        "theta: our step",
        "theta: our step as TensorFlow rewrites it, traced before",
        "alpha: our step",
        "alpha: our step as TensorFlow rewrites it, traced before",
        "theta, one sampled candidate (`--hard_theta`): our step",
    ]
    assert all(
        re.fullmatch(r"\d+\.\d\d s over 2 tasks(, \d+\.\d\d times ours)?; first call \d+ s", value) for _, value in rows
    )
