"""The one plan of the house: floors, and what may stand where. The tests beside it read this, and nothing else does."""

# A module imports from lower floors, from rooms named to its left on its own floor, or from its own room.
FLOORS = (
    ("_lazy", "_files", "grouping"),
    ("costs", "tasks"),
    ("affinity", "search", "data"),
    ("layers", "models", "supergraph"),
    ("runs",),
    ("training", "choosing"),
    ("export", "report"),
)
PLACES = {room: (floor, place) for floor, row in enumerate(FLOORS) for place, room in enumerate(row)}
# Rooms that a room may not import although they stand below it: what is trained is looked at through its run.
KEPT_APART = {"export": ("training", "choosing"), "report": ("training", "choosing")}
# From this room's floor on, code may log; below, it warns.
LOGGING_FROM = "runs"
# Every `raise` in these is reached by a test.
COVERED = ("_files", "grouping", "costs", "tasks", "affinity", "search", "data")
# Rooms that never import TensorFlow; modules that import it at most inside a function.
WITHOUT_TENSORFLOW = ("grouping", "affinity", "search", "report")
LIGHT_MODULES = (
    "_files",
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
    "choosing.config",
)
LONGEST_FILE, LONGEST_FUNCTION = 300, 60  # lines
