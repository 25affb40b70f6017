"""What each way to weigh losses, and updates task by task, add to a training step."""

import statistics

from benchmarks.scene_problem import TASKS, training
from benchmarks.timing import in_turns
from benchmarks.topics import Settings
from bmt_tf.grouping import Grouping
from bmt_tf.runs.weightings import CONSTANT, WEIGHTINGS

STEPS, ROUNDS = 3, 3


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the times of a step for four tasks that share everything, and for four that part half way."""
    problem = training(settings)
    # The constant ones differ by their numbers alone.
    ways = {"fixed weights": {}} | {name: {"weighting": name} for name in WEIGHTINGS if name not in CONSTANT}
    ways["updates in turn"] = {"updates": "in_turn"}
    found = []
    for label, tree in _trees(problem.encoder).items():
        steps = {name: problem.steps(problem.trainer(tree, **way), STEPS) for name, way in ways.items()}
        seconds = {name: statistics.median(values) for name, values in in_turns(steps, ROUNDS).items()}
        first = seconds["fixed weights"]
        for name, value in seconds.items():
            ratio = "" if name == "fixed weights" else f" ({value / first:.2f} times fixed weights)"
            found.append((f"{label}: {name}", f"{1000 * value:.0f} ms{ratio}"))
    return found


def _trees(encoder) -> dict[str, Grouping]:
    blocks = encoder.block_names
    middle, alone = len(blocks) // 2, list(range(len(TASKS)))
    routing = [[0] * len(TASKS)] * middle + [alone] * (len(blocks) - middle)
    return {
        "all shared": Grouping.shared(TASKS, blocks, encoder=encoder.name),
        "parted half way": Grouping.from_routing(TASKS, blocks, routing, encoder=encoder.name),
    }
