"""The one plan of the house: floors, and what may stand where. The tests beside it read this, and nothing else does."""

import re

# A module imports from lower floors, from rooms named to its left on its own floor, or from its own room.
FLOORS = (
    (
        "_lazy",
        "_discovery",
        "_files",
        "_cache",
        "_pages",
        "_quiet",
        "_kernels",
        "_threads",
        "_progress_bar",
        "grouping",
    ),
    ("costs", "tasks"),
    ("affinity", "search", "data"),
    ("layers", "models", "supergraph"),
    ("runs",),
    ("export",),
    ("training", "choosing"),
    ("report",),
)
PLACES = {room: (floor, place) for floor, row in enumerate(FLOORS) for place, room in enumerate(row)}
# Rooms that a room may not import although they stand below it: what is trained is looked at through its run.
KEPT_APART = {"report": ("training", "choosing")}
# What `bmt_tf/__init__.py`, which every module imports, may import itself.
IN_THE_PACKAGE = ("_kernels", "_quiet", "_threads")
# From this room's floor on, code may log; below, it warns.
LOGGING_FROM = "runs"
# Every `raise` in these is reached by a test.
COVERED = ("_files", "_kernels", "_threads", "grouping", "costs", "tasks", "affinity", "search", "data")

# Rooms that never import TensorFlow; modules of other rooms that import it at most inside a function.
WITHOUT_TENSORFLOW = ("grouping", "affinity", "search", "report")
LIGHT_MODULES = (
    "_files",
    "_cache",
    "_quiet",
    "_kernels",
    "_threads",
    "_progress_bar",
    "costs.units",
    "costs.table",
    "costs.pareto",
    "tasks.kinds",
    "tasks.task",
    "tasks.registry",
    "tasks.delta",
    "tasks.colouring",
    "tasks.panels",
    "runs.config",
    "runs.search_config",
    "runs.weightings",
    "choosing.config",
)

# Files and folders of a run directory.
RUN_FILES = (
    "affinity.npz",
    "alpha.npz",
    "choice.json",
    "config.json",
    "costs.json",
    "difficulty.npz",
    "front.csv",
    "grouping.json",
    "metrics.json",
    "search.json",
    "split.json",
    "timing.json",
    "training.json",
    "weighting.json",
    "widening.json",
)
RUN_FOLDERS = ("checkpoints", "events", "predictions", "rdm", "saved_model")


def any_of(names):
    return "|".join(map(re.escape, names))


# Knowledge that stands in one place: what it is, a pattern of code, and the modules and folders below `bmt_tf/` that
# may hold it. Code is what `ast.unparse` makes of it: without docstrings and comments, strings in single quotes.
KNOWLEDGE = (
    # A name of its own or at the end of a path. The words that folders are called are looked for as one of several
    # arguments, as an operand of `/` or as a constant; elsewhere they may be words.
    (
        "files of a run directory",
        rf"['/}}](?:{any_of(RUN_FILES)})'|(?:[,/=] '|/)(?:{any_of(RUN_FOLDERS)})'",
        ("runs/paths.py", "_files.py"),
    ),
    (
        "writing of files",
        r"\bos\.(?:replace|rename)\b|\btempfile\b|\.partial'|\b(?:open|GFile)\(.*'[wax]b?'"
        r"|(?<!files)\.write_(?:text|bytes)\(",
        ("_files.py", "_cache.py", "affinity/spilling.py", "runs/checkpoints.py", "export/latency.py"),
    ),
    ("remote paths", r"'\w*://'|\bgfile\b", ("_files.py", "runs/checkpoints.py")),
    ("what sets kinds of labels apart", r"\b(?:kind\.name|activation) (?:[!=]=|in|not in) ", ("tasks/",)),
    ("tables by kind of label", r"\[(?:\w+\.)*kind\.(?:name|activation)\]", ("tasks/", "data/labels/")),
    ("names of nodes", r"_g\{|\bhead_\{", ("grouping/nodes.py",)),
)

LONGEST_FILE, LONGEST_FUNCTION = 300, 60  # lines
