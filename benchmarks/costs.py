"""The milliseconds of built networks beside those that the cost table adds up from their parts."""

from benchmarks.scene_problem import TASKS, problem
from benchmarks.topics import Settings
from bmt_tf.costs import model_cost
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns both for three trees."""
    definition, tasks, table = problem(settings.encoder, settings.image_size, "milliseconds")
    blocks = definition.block_names
    half = len(blocks) // 2
    routing = [[0] * len(TASKS)] * half + [range(len(TASKS))] * (len(blocks) - half)
    trees = {
        "all shared": Grouping.shared(TASKS, blocks),
        "parted half way": Grouping.from_routing(TASKS, blocks, routing),
        "parted after the stem": Grouping.separate(TASKS, blocks),
    }
    found = []
    for label, grouping in trees.items():
        built = model_cost(build_branched(definition, tasks, grouping), "milliseconds", settings.image_size)
        added = table.cost(grouping)
        found.append(
            (
                f"{label}: built network, and sum of its parts in the table",
                f"{built:.1f} ms, {added:.1f} ms ({added / built - 1:+.0%})",
            )
        )
    return found
