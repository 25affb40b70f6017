"""A data set of very many files: how long it takes to open it, the first time and later, and in how much memory."""

import multiprocessing
import os
import pathlib
import tempfile
import time

from benchmarks.spill import peak_bytes
from benchmarks.topics import Settings

BUILDINGS = 25  # of the training split of Taskonomy
DOMAINS = (
    ("rgb", "rgb.png"),
    ("segment_semantic", "segmentsemantic.png"),
    ("depth_zbuffer", "depth_zbuffer.png"),
    ("edge_texture", "edge_texture.png"),
    ("keypoints2d", "keypoints2d.png"),
    ("class_scene", "class_places.npy"),
)
NAMES = [f"house{number:02d}" for number in range(BUILDINGS)]


def rows(settings: Settings) -> list[tuple[str, str]]:
    """Returns seconds and memory for a training split in the layout of Taskonomy, of files of no or few bytes."""
    views = max(1, settings.files // (BUILDINGS * len(DOMAINS)))
    with tempfile.TemporaryDirectory(prefix="large_data_") as root:
        data, cache = os.path.join(root, "data"), os.path.join(root, "cache")
        write_views(data, views)
        found = []
        for name, place in (("the first time", cache), ("later", cache), ("without an index", "off")):
            # A process of its own each: memory that was once taken does not count for the next.
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                images, opened, fingerprint, before, after = pool.apply(_open, (data, place))
            found.append((f"opened {name}, seconds of the processor", f"{opened:.1f}; fingerprint {fingerprint:.1f}"))
            found.append((f"memory {name}", f"at most {after / 1e6:.0f} MB, {before / 1e6:.0f} MB of it before"))
        index = sum(path.stat().st_size for path in pathlib.Path(cache).rglob("*.npz"))
    what = f"{images * len(DOMAINS):,}: {images:,} images with {len(DOMAINS) - 1} labels each"
    return [("files", what), *found, ("the index on the disk", f"{index / 1e6:.1f} MB")]


def write_views(root: str, views: int) -> None:
    """Writes a training split of 25 buildings with so many views each; the files hold nothing.

    Args:
        root: The folder.
        views: Views per building.
    """
    os.makedirs(root)
    pathlib.Path(root, "train_val_test_tiny.csv").write_text(
        "id,train,val,test\r" + "".join(f"{name},1,0,0\r" for name in NAMES)
    )
    an_hour_ago = time.time() - 3600
    for name in NAMES:
        for domain, ending in DOMAINS:
            folder = os.path.join(root, name, domain)
            os.makedirs(folder)
            for view in range(views):
                path = os.path.join(folder, f"point_{view // 8}_view_{view % 8}_domain_{ending}")
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            os.utime(folder, (an_hour_ago, an_hour_ago))  # what has changed just now is not kept


def _open(data: str, cache: str) -> tuple[int, float, float, int, int]:
    os.environ["BMT_TF_CACHE"] = cache
    from bmt_tf.data.sets.taskonomy import Taskonomy

    before, started = peak_bytes(), time.process_time()
    source = Taskonomy(data, "train")
    opened = time.process_time()
    source.fingerprint()
    return len(source), opened - started, time.process_time() - opened, before, peak_bytes()
