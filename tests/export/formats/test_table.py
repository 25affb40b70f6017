"""Every format predicts what the network does, through the same entry points; one that is not installed is named."""

import numpy as np
import pytest

from bmt_tf.export.formats import FORMATS, check_formats, load_served, table

EXACT = [name for name, format in FORMATS.items() if format.exact]


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(("size", "count"), [((16, 24), 1), ((16, 24), 2), ((13, 21), 2)])
def test_predictions_are_those_of_the_network_at_every_size(exported, photographs, wanted, name, size, count):
    images = photographs(*size, count)
    expected = wanted(images)
    for entry_point, outputs in {"serve": list(expected), **{task: [task] for task in expected}}.items():
        found = exported(name)(images, entry_point)
        assert set(found) == set(outputs)
        for task in outputs:
            assert found[task].dtype == expected[task].dtype
            np.testing.assert_allclose(found[task], expected[task], atol=1e-4)


def test_a_package_that_is_missing_is_named_with_what_installs_it(exported, monkeypatch):
    folder, found = exported("onnx").folder, table.importlib.util.find_spec
    monkeypatch.setattr(table.importlib.util, "find_spec", lambda name: None if name == "tf2onnx" else found(name))
    check_formats(["saved_model", "litert"])
    for use in (lambda: check_formats(["saved_model", "onnx"]), lambda: load_served(folder)):
        with pytest.raises(ImportError, match=r"onnx needs tf2onnx: pip install 'bmt-tf\[onnx\]'"):
            use()


@pytest.mark.parametrize("names", [["tensorrt"], []])
def test_other_formats_are_refused(names):
    with pytest.raises(ValueError, match=r"`formats` must be among saved_model, litert, .*onnx"):
        check_formats(names)
