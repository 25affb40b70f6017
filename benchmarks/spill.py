"""Time and memory that RDMs of features too large to hold take."""

import multiprocessing
import pathlib
import re
import time

import numpy as np

from bmt_tf.affinity.spilling import FeatureSpill


def measure_spill(
    images: int, features: int, batch: int = 4, directory: str | pathlib.Path | None = None
) -> dict[str, float]:
    """Returns what one RDM of random features takes in a process of its own, by way of `FeatureSpill`.

    Args:
        images: Number of images, K.
        features: Number of features of an image, F; 4 K F bytes of disk are needed.
        batch: Images that come at a time.
        directory: As in `FeatureSpill`.

    Returns:
        `write_seconds` (drawing the numbers not counted), `rdm_seconds`, `peak_bytes` of resident memory of the whole
        process, and `disk_bytes`.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (images, features, batch, directory))


def _measure(images: int, features: int, batch: int, directory: str | pathlib.Path | None) -> dict[str, float]:
    random = np.random.default_rng(0)
    write_seconds = 0.0
    with FeatureSpill([str(image) for image in range(images)], directory=directory) as spill:
        for start in range(0, images, batch):
            values = random.random((min(batch, images - start), features), np.float32)
            began = time.perf_counter()
            spill.append({"block": values})
            write_seconds += time.perf_counter() - began
        began = time.perf_counter()
        spill.rdms()
        rdm_seconds = time.perf_counter() - began
    return {
        "write_seconds": write_seconds,
        "rdm_seconds": rdm_seconds,
        "peak_bytes": peak_bytes(),
        "disk_bytes": 4 * images * features,
    }


def peak_bytes() -> int:
    """Returns the largest resident memory of this process so far; Linux' getrusage would count the parent's too."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return 1024 * int(re.search(r"VmHWM:\s*(\d+)", status.read_text()).group(1))
    import resource  # not everywhere

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
