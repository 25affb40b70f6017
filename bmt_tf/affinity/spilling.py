"""Features of many images, set down on disk batch by batch and read back slice by slice.

A network gives all features of few images at a time; an RDM needs some features of all images at a time. The way round
through a file keeps memory bounded by one batch and one slice, whatever the number of images and features. This is the
one file of its floor, besides `storage`, that touches the disk.
"""

import pathlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from bmt_tf import _files as files
from bmt_tf.affinity.rdms import chunk_width, rdm_from_chunks


class FeatureSpill:
    """Features `[K, F]` of every location of one network, float32, in files that go when the `with` block ends.

    Args:
        images: K names of the images, in the order in which they will come.
        where: What the features belong to, for error messages, such as "task 'depth'".
        directory: An existing folder to put the files in; where it is remote or none is given, the system's folder for
            temporary files, since the files are read from the middle.

    Raises:
        ValueError: There are fewer than 3 images: an RDM of 2 has a single entry, and no rank correlation.
    """

    def __init__(self, images: Sequence[str], where: str = "", directory: str | pathlib.Path | None = None):
        if len(images) < 3:
            raise ValueError(f"`images` must name at least 3 images. Received: {len(images)} ({where}).")
        self.images = tuple(images)
        self.where = where
        local = None if directory is None or files.is_remote(directory) else files.expanded(directory)
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="features_", dir=local))
        self._files = {}  # location -> open file
        self._widths = {}  # location -> F
        self._rows = 0

    def __enter__(self) -> "FeatureSpill":
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        """Deletes the files."""
        try:
            for file in self._files.values():
                file.close()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def locations(self) -> tuple[str, ...]:
        """The names of the locations, in the order of the first batch."""
        return tuple(self._widths)

    def append(self, features: Mapping[str, np.ndarray]) -> None:
        """Writes the features of the next images.

        Args:
            features: Location -> `[b, ...]`, all features of the next b images; the same locations and shapes, but for
                b, every time.

        Raises:
            ValueError: Locations, shapes or the number of images do not fit.
            OSError: The disk has no room for the features of all images; known at the first batch.
        """
        rows = {name: np.reshape(values, (len(values), -1)) for name, values in features.items()}
        widths = {name: values.shape[1] for name, values in rows.items()}
        batch = {len(values) for values in rows.values()}
        if self._rows == 0:
            self._open(widths)
        if widths != self._widths or len(batch) != 1 or self._rows + min(batch) > len(self.images):
            raise ValueError(
                f"`features` must hold {self._widths} features (by location) of at most "
                f"{len(self.images) - self._rows} more images{self._at()}. "
                f"Received: { {name: values.shape for name, values in rows.items()} }."
            )
        for name, values in rows.items():
            self._files[name].write(np.ascontiguousarray(values, np.float32).data)
        self._rows += batch.pop()

    def chunks(self, location: str) -> Iterator[np.ndarray]:
        """Yields float32 `[K, f]` slices of a location, all of its features once.

        Args:
            location: A name of `locations`.

        Yields:
            Slices of about `CHUNK_BYTES` once turned into float64.

        Raises:
            ValueError: Features of some images have not come yet.
        """
        if self._rows != len(self.images):
            raise ValueError(f"`append` must bring {len(self.images)} images{self._at()}. Received: {self._rows}.")
        self._files[location].flush()
        width, features = chunk_width(len(self.images)), self._widths[location]
        # Read, not mapped: the pages of a mapping would count as memory of this process, up to the whole file.
        with open(self._path(location), "rb") as file:
            for start in range(0, features, width):
                chunk = np.empty((len(self.images), min(width, features - start)), np.float32)
                for image, row in enumerate(chunk):
                    file.seek(row.itemsize * (image * features + start))
                    file.readinto(row)
                yield chunk

    def rdms(self) -> np.ndarray:
        """Returns the RDMs of all locations.

        Returns:
            float64 `[L, K, K]` in the order of `locations`.
        """
        where = f"{self.where}, " if self.where else ""
        return np.stack(
            [rdm_from_chunks(self.chunks(name), f"{where}block {name!r}", self.images) for name in self.locations]
        )

    def _open(self, widths: Mapping[str, int]) -> None:
        needed, free = 4 * len(self.images) * sum(widths.values()), shutil.disk_usage(self._folder).free
        if needed > free:
            raise OSError(
                f"`directory` must have room for {needed:,} bytes of features{self._at()}. "
                f"Received: {self._folder} with {free:,} bytes free; name another folder or take fewer images."
            )
        self._widths = dict(widths)
        self._files = {name: open(self._path(name), "wb") for name in widths}

    def _path(self, location: str) -> pathlib.Path:
        return self._folder / f"{list(self._widths).index(location)}.float32"

    def _at(self) -> str:
        return f" ({self.where})" if self.where else ""
