"""Which kernels TensorFlow computes with on a processor: oneDNN's, on every one that can."""

import os
import sys

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"  # TensorFlow's own


def use_onednn() -> bool:
    """Has TensorFlow compute with the kernels of oneDNN, in this process and in those that it starts.

    TensorFlow does so itself only on processors with instructions for neural networks, such as AVX512-VNNI. On others a
    training step takes about a quarter longer for it (docs/speed.md). Results are equal up to the rounding of sums.
    Where a build of TensorFlow has no such kernels, and on a GPU, nothing changes.

    It must be called before TensorFlow is imported; after that the process goes on with the kernels that it has. The
    environment variable TF_ENABLE_ONEDNN_OPTS, where it is set, decides: `0` is without them.

    Returns:
        Whether TensorFlow will be imported with what the variable says now.
    """
    if "tensorflow" in sys.modules:
        return False
    os.environ.setdefault(ONEDNN, "1")
    return True
