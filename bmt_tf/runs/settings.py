"""What all settings have in common: how a rule is stated, what may differ between two runs, and their JSON form."""

import dataclasses
import enum
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bmt_tf import _files as files

Rule = tuple[str, bool, str]  # name of the setting, whether it holds, what it must do
OTHERS = "*"  # in a setting by task: what holds for every task that is not named


class Pair(enum.Flag):
    """Two runs whose settings are held against each other."""

    NONE = 0
    PARTS = enum.auto()  # the start of a run and its resumption: other values would change the result
    SCORES = enum.auto()  # runs whose scores stand in one table
    SINGLES = enum.auto()  # single-task networks whose features are compared
    CHANCE = enum.auto()  # repetitions, whose results differ by chance alone and are averaged
    ANY = PARTS | SCORES | SINGLES | CHANCE


def setting(default: Any = dataclasses.MISSING, *, factory: Any = dataclasses.MISSING, may_differ: Pair) -> Any:
    """Returns the field of a setting that may differ in the pairs of runs that are named; plain fields may in none."""
    return dataclasses.field(default=default, default_factory=factory, metadata={"may_differ": may_differ})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Frozen settings that check themselves, by rules that are looked at in their order."""

    def __post_init__(self):
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, list):  # as JSON and notebooks have them
                object.__setattr__(self, field.name, tuple(value))
            elif isinstance(value, str):  # no text but a path begins with `~`
                object.__setattr__(self, field.name, files.expanded(value))
        for name, holds, rule in self._rules():
            if not holds:
                raise ValueError(f"`{name}` must {rule}. Received: {name}={getattr(self, name)!r}.")

    def _rules(self) -> Iterator[Rule]:
        """Yields the rules; each may rely on those before it."""
        yield from ()

    def to_json(self) -> dict[str, Any]:
        """Returns the settings as JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in dataclasses.asdict(self).items()
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Settings":
        """Returns the settings that `to_json` wrote; a name that is no setting is refused."""
        known = {field.name for field in dataclasses.fields(cls)}
        if set(values) - known:
            raise ValueError(f"`values` must hold settings of {cls.__name__}. Received: {sorted(set(values) - known)}.")
        return cls(**values)

    @classmethod
    def equal_in(cls, pair: Pair) -> tuple[str, ...]:
        """Returns the names of the settings that must be equal in a pair of runs."""
        free = {field.name for field in dataclasses.fields(cls) if pair in field.metadata.get("may_differ", Pair.NONE)}
        return tuple(field.name for field in dataclasses.fields(cls) if field.name not in free)

    def differing(self, other: "Settings", pair: Pair) -> dict[str, tuple[Any, Any]]:
        """Returns the settings that must be equal in a pair of runs and are not: name -> (ours, theirs)."""
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in self.equal_in(pair)}
        return {name: values for name, values in pairs.items() if values[0] != values[1]}


@dataclasses.dataclass(frozen=True, kw_only=True)
class EncoderSettings(Settings):
    """Which encoder, and between which of its blocks tasks may part.

    Args:
        encoder: Name of the encoder: `mobilenet_v2_<width>` (any width, such as 0.35 or 1.0), `resnet18`,
            `resnet18_<width>` (thinner, such as 0.25), `resnet50`, `resnet50_keras`, `resnet50_taskonomy`, `vgg16`,
            `thin_vgg16_<omega>` (any number of channels, such as 32), `celeba_resnet18`, `narrow`, or one made known by
            `register_encoder`.
        output_stride: Input pixels per feature of the last block, in height and in width: 8, 16 or 32. Less is finer,
            and costs more. The papers' VGG-16 has 32, `celeba_resnet18` and `narrow` have 8.
        aspp: Whether the encoder ends in the (R-)ASPP; decoders that look at the whole image themselves, such as `psp`,
            follow the blocks before it.
        by_stage: Whether tasks may part only between the encoder's stages, not between any two blocks.
        folded: Number of leading blocks (of stages with `by_stage`) that become part of the stem, which all tasks
            share; 0 for none.
    """

    encoder: str = "mobilenet_v2_1.0"
    output_stride: int = 16
    aspp: bool = True
    # Where tasks may part is part of the tree, which is what a table compares.
    by_stage: bool = setting(False, may_differ=Pair.SCORES)
    folded: int = setting(0, may_differ=Pair.SCORES)

    def _rules(self) -> Iterator[Rule]:
        yield "output_stride", self.output_stride in (8, 16, 32), "be 8, 16 or 32"
        yield "folded", self.folded >= 0, "not be negative"


def by_task(values: Mapping[str, Any], tasks: Sequence[str]) -> dict[str, Any]:
    """Returns a setting by task in which what holds for the tasks that are not named is written out for each."""
    named = {name: value for name, value in values.items() if name != OTHERS}
    return (dict.fromkeys(tasks, values[OTHERS]) if OTHERS in values else {}) | named


def is_size(value: tuple) -> bool:
    """Returns whether a value is a height and a width in pixels."""
    return len(value) == 2 and all(side >= 1 for side in value)
