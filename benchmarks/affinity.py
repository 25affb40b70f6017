"""RDMs and affinities, and the memory of an RDM that is streamed through the disk."""

import numpy as np

from benchmarks.spill import measure_spill
from benchmarks.timing import median
from benchmarks.topics import Settings
from bmt_tf.affinity import affinity, rdm

TASKS, BLOCKS = 5, 18
IMAGES, HELD = 500, 50_000  # of the RDMs; features in memory


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns the times and the memory."""
    random = np.random.default_rng(0)
    held = random.random((IMAGES, HELD), np.float32)
    rdms = np.stack([[rdm(random.random((200, 64)))] * BLOCKS for _ in range(TASKS)])
    spill = measure_spill(IMAGES, settings.features)
    return [
        (f"RDM of {IMAGES} images, {HELD:,} features in memory", f"{median(lambda: rdm(held), 3):.2f} s"),
        (
            f"RDM of {IMAGES} images, {settings.features:,} features through the disk",
            f"{spill['write_seconds']:.0f} s to write, {spill['rdm_seconds']:.0f} s to read, "
            f"{spill['peak_bytes'] / 2**30:.2f} GiB of memory, {spill['disk_bytes'] / 2**30:.1f} GiB of disk",
        ),
        (f"affinity of {TASKS} tasks, {BLOCKS} blocks, 200 images", f"{median(lambda: affinity(rdms), 3):.2f} s"),
    ]
