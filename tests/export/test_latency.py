"""Networks are timed as they are served; a runtime that is not known, or not installed, is named."""

import numpy as np
import pytest

from bmt_tf.costs.timing import Timing
from bmt_tf.export import graph_latency, latency, served_latency
from bmt_tf.export.formats import table
from bmt_tf.export.serving import Exportable

SIZE = (8, 12)


@pytest.fixture
def exportable(network, tasks):
    return Exportable(network, tasks[1:2], 4)


@pytest.mark.traced
def test_every_entry_point_is_timed_on_a_photograph_of_the_size(exportable, monkeypatch):
    seen, served = [], table.FORMATS["saved_model"].load

    def load(folder, description):
        network = served(folder, description)
        run = network.run
        network.run = lambda images, *rest: (seen.append((images.shape, images.dtype, *rest)), run(images, *rest))[1]
        return network

    fake = table.Format(table.FORMATS["saved_model"].write, load)
    monkeypatch.setitem(table.FORMATS, "saved_model", fake)
    found = served_latency({"net": exportable}, SIZE, "saved_model", runs=1)
    assert list(found["net"]) == ["serve", "depth"]
    assert min(timing.median for timing in found["net"].values()) > 0
    assert set(seen) == {((1, *SIZE, 3), np.dtype(np.uint8), entry, None) for entry in ("serve", "depth")}


@pytest.mark.traced
def test_a_network_is_timed_before_it_is_written_and_after(exportable, served):
    from bmt_tf.export import load_served

    assert graph_latency(exportable, SIZE, runs=1).median > 0
    assert latency.latency_of(load_served(served), SIZE, runs=1).median > 0


def test_a_latency_is_measured_once_for_a_size_threads_and_machine(monkeypatch):
    measured = []

    def record(size, earlier=None):
        return latency.latency_record(
            size, lambda: measured.append(size) or Timing(float(len(measured)), 0.0, 1), earlier
        )

    first = record(SIZE)
    assert first.keys() == {"milliseconds", "image_size", "threads", "machine"} and record(SIZE, first) == first
    assert record((9, 9), first)["milliseconds"] == 2.0
    assert record(SIZE, {"milliseconds": 7.0})["milliseconds"] == 3.0
    monkeypatch.setattr(latency, "machine", lambda: "another")
    assert record(SIZE, first)["milliseconds"] == 4.0


def test_a_runtime_that_cannot_be_used_is_named(exportable, monkeypatch):
    with pytest.raises(ValueError, match=r"`runtime` must be among saved_model, litert.*Received: tensorrt"):
        served_latency({"net": exportable}, SIZE, "tensorrt")
    monkeypatch.setattr(table.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"litert needs ai-edge-litert to be run: pip install ai-edge-litert"):
        served_latency({"net": exportable}, SIZE, "litert")
