"""Where the tasks of a soft-sharing network exchange features: after the stem and after every stage."""

from bmt_tf.grouping.nodes import STEM
from bmt_tf.models.encoder import Encoder


def stage_ends(encoder: Encoder) -> tuple[str, ...]:
    """Returns the names of the blocks that end a stage, in order; an encoder without stages is refused."""
    after = [block.stage for block in encoder.blocks[1:]] + [""]
    ends = tuple(
        block.name
        for block, next_stage in zip(encoder.blocks, after, strict=True)
        if block.stage and block.stage != next_stage
    )
    if not ends:
        raise ValueError(
            f"`encoder` of a soft-sharing network must have stages, after which the tasks exchange features: give the "
            f"blocks of your encoder a `stage`, each its own if need be. Received: {encoder.name} with the blocks "
            f"{encoder.block_names} and no stage."
        )
    return ends


def sites(encoder: Encoder, stages_only: bool = False) -> tuple[str, ...]:
    """Returns the names of the steps after which there is a unit: the stem, unless `stages_only`, and each stage's end.

    Source: the placement that reproduces the printed costs of NDDR-CNN in BMTAS, tables 1 and 2, for both encoders; the
    paper does not state it. BMN puts units after the stages alone.
    """
    ends = stage_ends(encoder)
    return ends if stages_only else (STEM, *ends)
