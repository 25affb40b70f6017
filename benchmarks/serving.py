"""The latency of served networks: separate ones, the shared one, and a tree of 85 % of their cost, in each runtime."""

from benchmarks.costs import installed_runtimes
from benchmarks.scene_problem import TASKS, problem
from benchmarks.topics import Settings
from bmt_tf import use_threads
from bmt_tf.costs import model_cost
from bmt_tf.export import served_latency
from bmt_tf.export.folding import folded
from bmt_tf.export.serving import ALL_TASKS
from bmt_tf.export.tree_latency import Parted
from bmt_tf.grouping import Grouping
from bmt_tf.models import build_branched
from bmt_tf.search import vanilla_grouping

SEPARATE = "separate networks"


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the milliseconds of each for one photograph, beside its multiply-adds."""
    size, threads = settings.image_size, use_threads(branches=len(TASKS))
    definition, tasks, table = problem(settings.encoder, size, "multiply_adds")
    blocks = definition.block_names
    tree = vanilla_grouping(TASKS, blocks, table, 0.85 * table.single())
    members = {SEPARATE: [task.name for task in tasks], "tree": ["tree"], "shared": ["shared"]}
    models = {task.name: build_branched(definition, [task], Grouping.shared((task.name,), blocks)) for task in tasks}
    models |= {"tree": build_branched(definition, tasks, tree)}
    models |= {"shared": build_branched(definition, tasks, Grouping.shared(TASKS, blocks))}
    its = {name: [task for task in tasks if task.name == name] or tasks for name in models}
    networks = {name: Parted(folded(model), its[name], definition.stride) for name, model in models.items()}
    counted = {name: model_cost(model, "multiply_adds", size) for name, model in models.items()}
    found = []
    for runtime in installed_runtimes():
        times = served_latency(networks, size, runtime)
        latency = {label: sum(times[name][ALL_TASKS].median for name in names) for label, names in members.items()}
        for label, names in members.items():
            share = sum(counted[name] for name in names) / sum(counted[name] for name in members[SEPARATE])
            found.append(
                (
                    f"{label}: {runtime}, {threads} threads, one photograph",
                    f"{latency[label]:.1f} ms, {latency[label] / latency[SEPARATE]:.0%} of separate; "
                    f"multiply-adds {share:.0%}",
                )
            )
    return found
