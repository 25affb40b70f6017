"""A training step of each soft-sharing network, beside those of single-task networks and of the shared one."""

import resource
import statistics

import tensorflow as tf

from benchmarks.scene_problem import BATCH, TASKS
from benchmarks.timing import times
from benchmarks.topics import Settings
from bmt_tf.data import Augmentation, Scenes, training_batches
from bmt_tf.models import get_encoder
from bmt_tf.runs import TrainConfig
from bmt_tf.runs.network import resolve_structure
from bmt_tf.training.train_loop import Trainer

STEPS = 10


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the times of a step over four tasks: single networks in turn, shared, and each kind of soft sharing."""
    encoder, size = get_encoder(settings.encoder), settings.image_size
    source = Scenes("train", 2 * BATCH, *size)
    tasks = [source.tasks[name] for name in TASKS]
    batch = next(
        iter(training_batches(source, tasks, batch_size=BATCH, image_size=size, augmentation=Augmentation(), seed=0))
    )

    def seconds(names, **kind):
        config = TrainConfig(
            run_dir="unused", data="scenes", tasks=names, encoder=settings.encoder, image_size=size, steps=1000, **kind
        )
        own = tuple(source.tasks[name] for name in names)
        step = Trainer(config, encoder, own, resolve_structure(config, encoder)).step_function(
            tf.distribute.get_strategy()
        )
        update = lambda: {name: float(loss) for name, loss in step(batch)["losses"].items()}  # noqa: E731
        update()  # traces
        return statistics.median(times(update, STEPS))

    singles = sum(seconds((name,)) for name in TASKS)
    found = [(f"{len(TASKS)} single networks, one after another", _row(singles, singles))]
    found.append(("shared", _row(seconds(TASKS), singles)))
    for kind in ("cross_stitch", "nddr", "mtan"):
        found.append((kind, _row(seconds(TASKS, network=kind), singles)))
    return found


def _row(seconds: float, singles: float) -> str:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # the peak up to here
    return f"{1000 * seconds:.0f} ms ({seconds / singles:.2f} times the single networks); peak so far {memory:.1f} GiB"
