"""Files of PASCAL-Context, written as its archive has them."""

import numpy as np
from PIL import Image
from scipy.io import savemat

INDOORS, OUTDOORS = (
    284,
    360,
)  # a person is known to the network that made the normals; the other number is not in its list


def structures(fields, *entries):
    """MATLAB's array [1, n] of structures; entries are tuples of values in the order of the fields."""
    array = np.empty([1, len(entries)], [(name, object) for name in fields])
    for place, entry in enumerate(entries):
        array[0, place] = entry
    return array


def anno(*objects):
    """The structure of PASCAL-Part: objects are (class number, mask, [(part, mask), ...])."""

    def one(number, mask, parts):
        found = structures(("part_name", "mask"), *parts) if parts else np.zeros([0, 0])
        return "person" if number == 15 else "dog", number, mask, found

    return structures(
        ("imname", "objects"),
        ("x", structures(("class", "class_ind", "mask", "parts"), *(one(*entry) for entry in objects))),
    )


def mask(*rows):
    return np.array([[letter == "x" for letter in row] for row in rows], np.uint8)


NOTHING, ALL = mask("....", "....", "...."), mask("xxxx", "xxxx", "xxxx")
TORSO = mask("xx..", "xx..", "....")
PERSONS = (
    (12, ALL, [("head", ALL)]),  # a dog has parts, too
    (15, ALL, [("torso", TORSO), ("neck", mask("...x", "....", "....")), ("lear", mask("x...", "....", "...."))]),
    (15, ALL, [("rhand", mask("....", ".xx.", "....")), ("ruleg", mask("....", "....", "x..."))]),
    (15, ALL, []),
    (15, ALL, [("lfoot", mask("....", "....", ".x..")), ("luarm", mask("....", "....", "...x"))]),
)
PARTS = [[1, 2, 0, 2], [2, 4, 4, 0], [5, 6, 0, 3]]
MAP = np.array([[1, 1, 284, 284], [1, 1, 284, 284], [360, 360, 360, 284]], np.uint16)


def write_example(root, id_, write, label_map=MAP, persons=PERSONS):
    image = Image.fromarray(np.full([3, 4, 3], 90, np.uint8))
    (root / "JPEGImages").mkdir(parents=True, exist_ok=True)
    image.save(root / "JPEGImages" / f"{id_}.jpg")
    classes = Image.fromarray(np.uint8([[0, 15, 20, 255]] * 3), "P")
    classes.putpalette([value for _ in range(256) for value in (200, 10, 60)])  # colours say nothing
    (root / "semseg" / "pascal-context").mkdir(parents=True, exist_ok=True)
    classes.save(root / "semseg" / "pascal-context" / f"{id_}.png")
    write(root / "sal_distill" / f"{id_}.png", np.uint8([[0, 127, 128, 255]] * 3))
    write(root / "normals_distill" / f"{id_}.png", np.full([3, 4, 3], (128, 0, 128), np.uint8))  # (0, -1, 0)
    for folder, key, value in (
        ("human_parts", "anno", anno(*persons)),
        ("pascal-context/trainval", "LabelMap", label_map),
    ):
        (root / folder).mkdir(parents=True, exist_ok=True)
        savemat(root / folder / f"{id_}.mat", {key: value})
