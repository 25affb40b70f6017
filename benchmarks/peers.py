"""Which peers there are on this machine."""

import importlib.util


def torch_layouts(encoder: str) -> dict[str, bool]:
    """Returns by the name of a row whether PyTorch's maps lie channels last; nothing where it is not installed.

    Nor where `torch_network` does not have the encoder's network.

    Args:
        encoder: Name of an encoder.
    """
    known = encoder == "resnet18" or encoder.startswith("mobilenet_v2_")
    if not known or not importlib.util.find_spec("torch"):
        return {}
    return {"PyTorch": False, "PyTorch, channels last": True}
