"""By what lengths in an image change with its height and its width."""

import math

from bmt_tf.tasks import KINDS, LabelKind, Scaling
from bmt_tf.tasks.lengths import length_factors


def test_mirrored_channels_go_to_the_right_and_lone_ones_along_rows():
    def kind(mirrored):
        return LabelKind("offsets", "float32", True, math.nan, "linear", scaling=Scaling.PIXELS, mirrored=mirrored)

    assert length_factors(kind((0,)), 2, 2, 3) == [3, 2] and length_factors(kind((1,)), 2, 2, 3) == [2, 3]
    assert length_factors(kind(()), 1, 2, 3) == [3]
    assert len(length_factors(KINDS["segmentation"], 5, 2, 3)) == 5
