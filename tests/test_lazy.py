"""Lazy exports: a name is found in its module on first use, and clashes are refused."""

import sys
import types

import pytest

from bmt_tf._lazy import lazy_exports


@pytest.fixture
def package(monkeypatch):
    """A package `made_up` that hands out `double` of its module `made_up.maths` lazily."""
    module, maths = types.ModuleType("made_up"), types.ModuleType("made_up.maths")
    maths.double = lambda number: 2 * number
    monkeypatch.setitem(sys.modules, "made_up", module)
    monkeypatch.setitem(sys.modules, "made_up.maths", maths)
    module.__all__, module.__getattr__, module.__dir__ = lazy_exports("made_up", {"double": "maths"})
    return module


def test_a_name_is_found_on_first_use_and_kept(package):
    assert "double" not in vars(package)
    assert package.double(4) == 8
    assert "double" in vars(package) and "double" in dir(package) and package.__all__ == ["double"]


def test_an_unknown_name_is_an_attribute_error(package):
    with pytest.raises(AttributeError, match="'made_up' has no attribute 'absent'"):
        package.absent  # noqa: B018


def test_a_module_of_the_name_of_what_it_holds_is_refused():
    with pytest.raises(ValueError, match=r"modules of the same name \(made_up\). Received: \['double'\]"):
        lazy_exports("made_up", {"double": "double"})
