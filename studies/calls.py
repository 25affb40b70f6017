"""A call of a script: its words, what it needs and makes, and what its result depends on.

Paths of files are below the study's folder. In the words of a call `{out}`, `{data}` and `{weights}` stand for what may
lie elsewhere tomorrow without a change of the result.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bmt_tf.runs.config import RunConfig
from bmt_tf.runs.settings import Pair
from studies.places import ROOT

# Settings of no effect on the result: those that may differ whatever two runs are to each other, but for those that say
# where something lies, since what lies there is looked at.
_WITHOUT_EFFECT = frozenset(
    {one.name for one in dataclasses.fields(RunConfig) if one.metadata.get("may_differ") == Pair.ANY}
    - {"run_dir", "data", "weights", "modules"}
)
QUICK = (-2,)  # place in the order of what takes seconds


@dataclass(frozen=True)
class Job:
    """One call of a script.

    Args:
        rule: What kind of work it is, as studies/Snakefile calls it.
        name: Its name, by which no two jobs of a rule are called.
        words: The script, and its arguments.
        needs: Files of other jobs.
        makes: The file that is written last: by it, or where nothing it writes is sure to be the last, when it is done.
        order: Of two jobs that could be begun, that of the smaller value is.
        folder: What it goes on with where it was stopped, which it cannot with other settings than before; none where
            it begins anew every time.
        marked: Whether `makes` is written when it is done.
    """

    rule: str
    name: str
    words: tuple[str, ...]
    needs: tuple[str, ...]
    makes: str
    order: tuple[float, ...] = QUICK
    folder: str = ""
    marked: bool = False

    def settings(self) -> str:
        """Returns all that its result depends on but the files that it needs: its words, and what flag files say."""
        words = _with_effect(self.words)
        flags = {word.partition("=")[0]: word for word in words if word.startswith("-")}  # the last of a name holds
        return "\n".join([*(word for word in words if not word.startswith("-")), *sorted(flags.values())]) + "\n"

    def command(self, places: Mapping[str, str]) -> tuple[str, ...]:
        """Returns the call as a user would type it behind `python`.

        Args:
            places: The folder `out`, the `data` and the `weights`.
        """
        words = list(self.words)
        for name, place in places.items():
            words = [word.replace(f"{{{name}}}", place) for word in words]
        return tuple(words)


def flag_words(flags: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns flags as they are typed.

    Args:
        flags: Values by name: texts, numbers, truths, lists, or mappings of names to numbers.
    """
    return tuple(_flag_word(name, value) for name, value in flags.items())


def _flag_word(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no{name}"
    if isinstance(value, Mapping):
        value = ",".join(f"{key}={one}" for key, one in value.items())
    elif isinstance(value, list | tuple):
        value = ",".join(map(str, value))
    return f"--{name}={value}"


def _with_effect(words: Iterable[str]) -> list[str]:
    """Returns words, those of flag files in their place, without flags that do not change the result."""
    lines: list[str] = []
    for word in words:
        if word.startswith("--flagfile="):
            path = ROOT / word.removeprefix("--flagfile=")
            flags = (line.strip() for line in path.read_text().splitlines())
            lines += _with_effect(line for line in flags if line.startswith("-"))
        elif word.lstrip("-").partition("=")[0] not in _WITHOUT_EFFECT:
            lines.append(word)
    return lines
