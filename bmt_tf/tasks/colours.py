"""Colours for classes."""


def voc_colours(count: int) -> tuple[tuple[int, int, int], ...]:
    """Returns the colours in which PASCAL VOC draws its classes, continued to any number of classes.

    The bits of a class's number are dealt to red, green and blue in turn, the lowest bits becoming the highest ones
    of the colour; so neighbouring numbers get colours far apart, and the first 256 colours differ.

    Args:
        count: Number of classes, the background included.

    Returns:
        Red, green and blue, each 0 to 255, per class. The first is black.

    Raises:
        ValueError: `count` is negative or larger than 256.
    """
    if not 0 <= count <= 256:
        raise ValueError(f"`count` must be between 0 and 256. Received: count={count}.")
    return tuple(tuple(_channel(index, first_bit) for first_bit in range(3)) for index in range(count))


def _channel(index: int, first_bit: int) -> int:
    bits = [index >> position & 1 for position in range(first_bit, 8, 3)]
    return sum(bit << (7 - order) for order, bit in enumerate(bits))
