"""Encoders as lists of blocks, heads, and the branched network built from them."""

from bmt_tf._lazy import lazy_exports

__all__, __getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Block": "blocks",
        "Encoder": "encoder",
        "Pretrained": "encoder",
        "SoftSharing": "soft_sharing.network",
        "Style": "convolutions",
        "build_branched": "branched",
        "build_soft_sharing": "soft_sharing.network",
        "conv_norm": "convolutions",
        "depthwise_norm": "convolutions",
        "encoder_from_keras": "encoders.keras_cut",
        "encoder_names": "encoders.registry",
        "get_encoder": "encoders.registry",
        "HeadInputs": "heads.head",
        "head_names": "heads.registry",
        "load_pretrained": "pretrained",
        "node_sharing": "branched",
        "register_encoder": "encoders.registry",
        "register_head": "heads.registry",
        "unit_variables": "soft_sharing.units",
    },
)
