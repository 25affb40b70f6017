"""What a study is: the value that a file studies/NAME.yaml describes, read and checked."""

import dataclasses
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FOLDER = pathlib.Path(__file__).parent
ASKED = ("data", "weights")  # what a file may leave to the command


@dataclass(frozen=True, kw_only=True)
class Trees:
    """Trees that one method chooses, one for each budget and draw, and the networks of them.

    Args:
        method: As for scripts/group.py.
        budgets: Budgets, each for a tree of its own; those of the study where none are given, but all trees there are
            need none.
        search: Name of the search that bmtas chooses by.
        shared: Name of the network that fafs chooses by, as trained with the study's first seed.
        like: Name of the trees of equal budget that trees to compare with are like, or of a search.
        draws: Number of trees that are drawn, of the method's seeds 0, 1, ..., or of all trees so many, of the numbers
            0, 1, ...; 0 for a method that does not draw.
        seed_per_draw: Whether the network of each draw is trained with one seed, each draw with the next, not with all:
            mean and spread are then over draws and seeds together, for as many networks as there are draws.
        flags: Further flags of scripts/group.py, by name.
        train: Whether networks of the trees are trained.
        seeds: Seeds of the networks; those of the study where none are given.
        later: Networks are trained when all of lower `later` are.
    """

    method: str
    budgets: tuple[str, ...] = ()
    search: str = ""
    shared: str = ""
    like: str = ""
    draws: int = 0
    seed_per_draw: bool = False
    flags: Mapping[str, Any] = field(default_factory=dict)
    train: bool = True
    seeds: tuple[int, ...] = ()
    later: int = 0

    @property
    def by_affinity(self) -> bool:
        """Whether it takes an affinity to choose them, or to know of which network they are."""
        return self.method == "bmn" or not (self.search or self.shared or self.like)


@dataclass(frozen=True, kw_only=True)
class Network:
    """A network of all tasks, trained once for each seed.

    Args:
        grouping: `shared`, `separate`, or the name of a tree or a search of the study; empty for soft sharing.
        start_from: Whether it starts from the single-task networks of its seed.
        flags: Further flags of scripts/train.py, by name.
        seeds: As for trees.
        later: As for trees.
    """

    grouping: str = ""
    start_from: bool = False
    flags: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
    later: int = 0


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """Networks of the study once more, trained with other flags.

    Args:
        networks: Their names; where several trees bear a name but for budget and draw, that name stands for all.
        flags: Flags of scripts/train.py that differ, by name.
        seeds: As for trees.
        later: As for trees.
    """

    networks: tuple[str, ...]
    flags: Mapping[str, Any]
    seeds: tuple[int, ...] = ()
    later: int = 0


@dataclass(frozen=True, kw_only=True)
class Call:
    """Calls of a program of one's own, one for each value of each name.

    Args:
        words: What stands behind `python`. `{out}`, the study's folder, `{data}`, `{weights}` and, in braces, the names
            of `each` stand for their values.
        each: Values by name; `seed` has the study's seeds where none are given.
        after: Names of the calls that must be done before, all of each.
    """

    words: tuple[str, ...]
    each: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    after: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study: its data and networks, and what is made of them.

    Args:
        name: Name of its file, and of the folder of its runs.
        about: What it is for, in a few sentences.
        tasks: Names of the tasks; none for a study of calls alone.
        asks: Which of `data` and `weights` the command must name.
        data: The data, as for training.
        weights: Where encoders start, as for training.
        write: Flags of scripts/write_data.py, by name, that write the data as a folder of photographs first, as drawing
            it anew in each job takes longer, or in the layout of a data set; none to take the data as it is.
        few_starts: Whether one call trains the single-task networks of a seed, and one scores them, not one each:
            quicker where the work of a call takes little longer than the start of TensorFlow.
        train: Flags of scripts/train.py for all networks, by name.
        search: Flags of scripts/search.py for all searches, by name.
        seeds: Seeds of the networks.
        affinity: Flags of scripts/affinity.py, by name; no affinity where no tree takes one.
        affinity_seeds: Seeds of single-task networks whose affinities are averaged; by default the first of `seeds`.
        searches: Flags of each search besides, by its name.
        budgets: Budgets of the trees, the most telling first.
        trees: The trees, by name, the most telling first.
        networks: Networks besides those of the trees, by name, the most telling first.
        contrasts: By name, which is the folder of their runs.
        calls: Calls of programs of one's own, by name. What those print that are one call each is shown in the end.
        evaluate: Flags of scripts/evaluate.py, by name.
        export: Networks that are exported, by name.
        photographs: Number of photographs of the data on which the exported networks predict; 0 for none.
        report: Flags of scripts/report.py, by name.
        tables: Tables of the papers that the runs stand beside.
        figures: Figures of the papers that are drawn of the runs.
        threads: Threads that a job takes of the processor.
        resources: Further resources of a job, by name, as an executor of Snakemake asks for them.
        miniature: What differs in a miniature of the study, which shows that every job of it runs.
    """

    name: str
    about: str
    tasks: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    data: str = ""
    weights: str = ""
    write: Mapping[str, Any] = field(default_factory=dict)
    few_starts: bool = False
    train: Mapping[str, Any] = field(default_factory=dict)
    search: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[int, ...] = (0,)
    affinity: Mapping[str, Any] = field(default_factory=dict)
    affinity_seeds: tuple[int, ...] = ()
    searches: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    budgets: tuple[str, ...] = ()
    trees: Mapping[str, Trees] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)
    contrasts: Mapping[str, Contrast] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    evaluate: Mapping[str, Any] = field(default_factory=dict)
    export: tuple[str, ...] = ()
    photographs: int = 0
    report: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    threads: int = 1
    resources: Mapping[str, Any] = field(default_factory=dict)
    miniature: Mapping[str, Any] = field(default_factory=dict)


PARTS = {"trees": Trees, "networks": Network, "contrasts": Contrast, "calls": Call}


def study_names() -> list[str]:
    """Returns the names of the project's studies."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def read_description(name: str, miniature: bool = False, **given: Any) -> Study:
    """Returns a study.

    Args:
        name: Its name, or the path of a file of one's own.
        miniature: Whether it is to be the miniature of the study.
        **given: What the command says instead of the file; nothing is said by what is empty.

    Raises:
        FileNotFoundError: There is no such study.
        ValueError: The file says what no study has, or leaves out what one needs.
    """
    import yaml

    path = pathlib.Path(name) if name.endswith(".yaml") else FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise FileNotFoundError(f"`name` must be a study, {study_names()}, or a file of one. Received: {name!r}.")
    content = yaml.safe_load(path.read_text())
    if "based_on" in content:
        base = path.with_name(f"{content.pop('based_on')}.yaml")
        content = _merged(yaml.safe_load(base.read_text()), content)
    if miniature:
        content = _merged(content, content.get("miniature") or {})
    content |= {key: value for key, value in given.items() if value}
    study = study_of(path.stem, content, str(path))
    missing = [f"--{key}" for key in study.asks if not getattr(study, key)]
    if missing:
        raise ValueError(f"{' and '.join(missing)} must be given for the study {study.name}: its file leaves it open.")
    return study


def study_of(name: str, content: Mapping[str, Any], place: str = "the study") -> Study:
    """Returns the study of a file's content.

    Args:
        name: Its name.
        content: As YAML gives it.
        place: What errors call the file.

    Raises:
        ValueError: The content says what no study has, or leaves out what one needs.
    """
    parts = {
        key: {one: _made(kind, value, f"{place}, {key}, {one}") for one, value in (content.get(key) or {}).items()}
        for key, kind in PARTS.items()
    }
    study = _made(Study, {**content, **parts, "name": name}, place)
    unknown = set(study.asks) - set(ASKED)
    if unknown:
        raise ValueError(f"{place}: `asks` must be among {ASKED}. Received: {sorted(unknown)}.")
    if not (study.tasks or study.calls):
        raise ValueError(f"{place}: there must be tasks, or calls.")
    return study


def _made(kind: type, content: Mapping[str, Any] | None, place: str) -> Any:
    values = {key: _value(value) for key, value in (content or {}).items()}
    fields = {one.name: one for one in dataclasses.fields(kind)}
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise ValueError(f"{place}: there is no {', '.join(unknown)}; there may be {', '.join(fields)}.")
    needed = {name for name, one in fields.items() if one.default is one.default_factory is dataclasses.MISSING}
    if needed - set(values):
        raise ValueError(f"{place}: there must be {', '.join(sorted(needed - set(values)))}.")
    return kind(**values)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a tree of mappings with changes: what is a mapping in both is merged, null takes an entry out."""
    merged = dict(base)
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(base.get(key), Mapping):
            merged[key] = _merged(base[key], value)
        else:
            merged[key] = value
    return merged
