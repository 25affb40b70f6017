"""The input pipeline, once it is warm, and the rendering of the scenes."""

import time

from benchmarks.scene_problem import BATCH, TASKS
from benchmarks.topics import Settings
from bmt_tf.data import Augmentation, Scenes, training_batches

IMAGES, BATCHES, RENDERED = 200, 100, 20


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns how many images a second come out of the pipeline, and how many are rendered."""
    source = Scenes("train", IMAGES, *settings.image_size).only(TASKS)
    tasks = [source.tasks[name] for name in TASKS]
    form = {"batch_size": BATCH, "image_size": settings.image_size, "augmentation": Augmentation.paper()}
    batches = iter(training_batches(source, tasks, **form, seed=0, cache_bytes=2**31))
    for _ in range(2 * IMAGES // BATCH):
        next(batches)
    started = time.perf_counter()
    for _ in range(BATCHES):
        next(batches)
    rate = BATCHES * BATCH / (time.perf_counter() - started)
    started = time.process_time()
    for index in range(RENDERED):
        source[index]
    rendered = RENDERED / (time.process_time() - started)
    return [
        ("images a second, four tasks, scaled, cropped, flipped", f"{rate:.0f}"),
        ("rendered images a second on one core", f"{rendered:.0f}"),
    ]
