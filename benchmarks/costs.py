"""The milliseconds of trees as they are served, beside those that the cost table in milliseconds says of them.

Trees and the networks that make the table are measured in the same turns, so that what a machine does meanwhile to one
it does to the others.
"""

from benchmarks.scene_problem import TASKS, problem
from benchmarks.topics import Settings
from bmt_tf import use_threads
from bmt_tf.export import served_latency
from bmt_tf.export.folding import folded
from bmt_tf.export.formats import FORMATS
from bmt_tf.export.serving import ALL_TASKS
from bmt_tf.export.tree_latency import Parted, latency_probes
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched

RUNTIMES = ("saved_model", "litert", "onnx")


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns both for some trees, in every runtime that is installed."""
    size, threads = settings.image_size, use_threads(branches=len(TASKS))
    definition, tasks, _ = problem(settings.encoder, size, "multiply_adds")
    probes = latency_probes(definition, tasks, size)
    trees = _trees(definition.block_names)
    networks = {
        label: Parted(folded(build_branched(definition, tasks, tree, seed=0)), tasks, definition.stride)
        for label, tree in trees.items()
    }
    found = []
    for runtime in installed_runtimes():
        times = served_latency(probes.networks | networks, size, runtime)
        table = probes.table(times)
        for label, tree in trees.items():
            measured, said = times[label][ALL_TASKS].median, table.cost(tree)
            what = f"{label}, {runtime}, {threads} threads: served, and by the table"
            found.append((what, f"{measured:.1f} ms, {said:.1f} ms ({said / measured - 1:+.0%})"))
    return found


def installed_runtimes() -> list[str]:
    """Returns the names of the runtimes whose packages are installed."""
    return [name for name in RUNTIMES if not FORMATS[name].missing]


def _trees(blocks: tuple[str, ...]) -> dict[str, Grouping]:
    together, pairs, three, alone = (0, 0, 0, 0), (0, 0, 1, 1), (0, 0, 1, 2), (0, 1, 2, 3)

    def tree(*changes):
        """Returns a tree whose routing changes at fractions of the encoder's blocks."""
        places = [number / len(blocks) for number in range(len(blocks))]
        routing = [[row for start, row in ((0, together), *changes) if place >= start][-1] for place in places]
        return Grouping.from_routing(TASKS, blocks, routing)

    return {
        "all shared": tree(),
        "two branches from half way": tree((0.5, pairs)),
        "parted half way": tree((0.5, alone)),
        "two, three, four branches": tree((0.2, pairs), (0.5, three), (0.8, alone)),
        "parted after the stem": tree((0, alone)),
    }
