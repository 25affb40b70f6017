"""Flags made from a dataclass: one per field, right in type, default and help."""

import dataclasses
import importlib.util

import pytest
from absl import flags


@dataclasses.dataclass(frozen=True, kw_only=True)
class Base:
    """Settings.

    Args:
        place: Where it
            happens.
        size: Height and width.
    """

    place: str
    size: tuple[int, int] = (2, 3)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings(Base):
    """More settings.

    Args:
        rate: How fast.
        loud: Whether it is heard.
        count: How many.
        names: What for.
        weights: How much by name.
        kinds: Of what kind by name.
        secret: Not a flag.

    Raises:
        ValueError: never: it checks nothing.
    """

    rate: float = 0.5
    loud: bool = False
    count: int = 1
    names: tuple[str, ...] = ()
    weights: dict[str, float] = dataclasses.field(default_factory=dict)
    kinds: dict[str, str] = dataclasses.field(default_factory=dict)
    secret: int = 7


@pytest.fixture
def module(root, monkeypatch):
    """The module, on flags of its own."""
    values = flags.FlagValues()
    for name in ("DEFINE_string", "DEFINE_integer", "DEFINE_float", "DEFINE_bool", "DEFINE_list"):
        define = getattr(flags, name)
        monkeypatch.setattr(
            flags, name, lambda *args, define=define, **kwargs: define(*args, flag_values=values, **kwargs)
        )
    required = flags.mark_flag_as_required
    monkeypatch.setattr(flags, "mark_flag_as_required", lambda name: required(name, flag_values=values))
    monkeypatch.setattr(flags, "FLAGS", values)
    spec = importlib.util.spec_from_file_location("dataclass_flags", root / "scripts" / "dataclass_flags.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _parsed(module, *arguments, **defaults):
    module.define_flags(Settings, skip=("secret",), **defaults)
    module.FLAGS(["script", *arguments])
    return module.from_flags(Settings)


def test_defaults_are_those_of_the_dataclass(module):
    assert _parsed(module, "--place=here") == Settings(place="here")


def test_every_type_is_read(module):
    arguments = ("--place=here", "--size=4,5", "--rate=2", "--loud", "--count=3", "--names=a,b", "--weights=a=1,b=2.5")
    assert _parsed(module, *arguments) == Settings(
        place="here", size=(4, 5), rate=2.0, loud=True, count=3, names=("a", "b"), weights={"a": 1.0, "b": 2.5}
    )


def test_defaults_may_differ_from_the_dataclass(module):
    assert _parsed(module, place="there", names=("c",)) == Settings(place="there", names=("c",))


def test_field_without_default_is_a_required_flag(module):
    with pytest.raises(flags.IllegalFlagValueError, match="place"):
        _parsed(module)


def test_skipped_fields_have_no_flag_but_may_be_fixed(module):
    module.define_flags(Settings, skip=("secret",))
    module.FLAGS(["script", "--place=here"])
    assert "secret" not in module.FLAGS
    assert module.from_flags(Settings, secret=8, count=9) == Settings(place="here", secret=8, count=9)


def test_help_is_the_docstring_of_the_class_and_its_base(module):
    module.define_flags(Settings)
    helps = {name: module.FLAGS[name].help for name in ("place", "rate", "secret")}
    assert helps == {"place": "Where it happens.", "rate": "How fast.", "secret": "Not a flag."}
    assert module.FLAGS["weights"].help.startswith("How much by name. As name=value")


def test_a_value_without_a_name_is_for_all_others(module):
    assert _parsed(module, "--place=here", "--kinds=big,b=small").kinds == {"*": "big", "b": "small"}


@pytest.mark.parametrize("kinds", ["big,small", "a=big,a=small"])
def test_two_values_for_one_name_are_refused(module, kinds):
    with pytest.raises(flags.IllegalFlagValueError, match=f"`kinds` must have one value .* --kinds={kinds}"):
        _parsed(module, "--place=here", f"--kinds={kinds}")


@pytest.mark.parametrize(("argument", "name"), [("--weights=a=much", "weights"), ("--weights=a", "weights")])
def test_wrong_entry_of_a_list_is_named(module, argument, name):
    with pytest.raises(flags.IllegalFlagValueError, match=f"`{name}` must be made of"):
        _parsed(module, "--place=here", argument)


@pytest.mark.parametrize("size", ["96", "96x128", "4,wide", "1,2,3", "96,0"])
def test_a_size_that_is_not_height_and_width_is_refused_in_words(module, size):
    with pytest.raises(flags.IllegalFlagValueError, match=f"`size` must be height,width.* --size=96,128.*size={size}"):
        _parsed(module, "--place=here", f"--size={size}")
