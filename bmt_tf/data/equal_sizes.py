"""Images in batches of one size, so that none is padded to the size of another."""

from collections.abc import Iterator, Sequence

PIXELS_PER_BATCH = 2**21  # beyond, fewer images than were asked for: the features of larger batches may end the memory


def batches_of_one_size(sizes: Sequence[tuple[int, int]], batch_size: int) -> Iterator[list[int]]:
    """Yields the places in `sizes`, heights and widths, each once, in batches of one size each.

    Sizes come in the order of their first image, the images of a size in their order. Where they are large, batches
    hold fewer than `batch_size` images.
    """
    by_size: dict[tuple[int, int], list[int]] = {}
    for place, (height, width) in enumerate(sizes):
        by_size.setdefault((int(height), int(width)), []).append(place)
    for (height, width), places in by_size.items():
        count = max(1, min(batch_size, PIXELS_PER_BATCH // max(1, height * width)))
        for start in range(0, len(places), count):
            yield places[start : start + count]
