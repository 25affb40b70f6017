"""Every format predicts what the network does, through the same entry points; one that is not installed is named."""

import numpy as np
import pytest

from bmt_tf.export.formats import FORMATS, check_formats, load_served, table

EXACT = [name for name, format in FORMATS.items() if format.exact]


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(("size", "count"), [((16, 24), 1), ((16, 24), 2), ((13, 21), 2)])
def test_predictions_are_those_of_the_network_at_every_size(
    exported, exportable, photographs, wanted, name, size, count
):
    images = photographs(*size, count)
    expected = wanted(images)
    assert set(exportable.parts["serve"]) == set(expected)
    for entry_point, outputs in exportable.parts.items():
        found = exported(name)(images, entry_point)
        assert set(found) == set(outputs)
        for task in outputs:
            assert found[task].dtype == expected[task].dtype
            np.testing.assert_allclose(found[task], expected[task], atol=1e-4)


@pytest.fixture
def without(monkeypatch):
    """A function that hides packages."""
    found = table.importlib.util.find_spec

    def hide(*names):
        monkeypatch.setattr(table.importlib.util, "find_spec", lambda name: None if name in names else found(name))

    return hide


def test_what_was_written_elsewhere_is_run_where_nothing_can_write_it(exported, photographs, without):
    folder = exported("onnx").folder
    without("tf2onnx", "onnx")
    check_formats(["saved_model", "litert"])
    with pytest.raises(
        ImportError, match=r"onnx needs tf2onnx and onnx to be written: pip install tf2onnx onnx \(.*'bmt-tf\[onnx\]'"
    ):
        check_formats(["saved_model", "onnx"])
    assert set(load_served(folder)(photographs(16, 24, 1), "depth")) == {"depth"}


@pytest.mark.parametrize(("name", "package"), [("onnx", "onnxruntime"), ("litert", "ai-edge-litert")])
def test_a_runtime_that_is_missing_is_named_with_what_installs_it(exported, without, name, package):
    folder = exported(name).folder
    without(package.replace("-", "_"))
    for use in (lambda: check_formats([name]), lambda: load_served(folder)):
        with pytest.raises(ImportError, match=f"{name} needs {package} to be run: pip install {package} "):
            use()


@pytest.mark.parametrize("names", [["tensorrt"], []])
def test_other_formats_are_refused(names):
    with pytest.raises(ValueError, match=r"`formats` must be among saved_model, litert, .*onnx"):
        check_formats(names)
