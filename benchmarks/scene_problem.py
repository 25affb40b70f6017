"""The problem of the topics on whole networks: four tasks of the embedded scenes."""

from bmt_tf.costs import CostTable, cost_table
from bmt_tf.data import Scenes
from bmt_tf.models import Encoder, get_encoder
from bmt_tf.tasks import Task

TASKS = ("semseg", "depth", "normals", "edge")
BATCH = 8


def problem(encoder: str, size: tuple[int, int], unit: str) -> tuple[Encoder, list[Task], CostTable]:
    """Returns the encoder, the tasks, and what their trees cost."""
    definition, known = get_encoder(encoder), Scenes("train", 1, *size).tasks
    tasks = [known[name] for name in TASKS]
    return definition, tasks, cost_table(definition, tasks, size, unit)
