"""The software that a run was made with."""

import sys

import numpy as np

from bmt_tf import __version__


def versions() -> dict[str, str]:
    """Returns the versions that results depend on, by package."""
    import keras
    import tensorflow

    return {
        "bmt_tf": __version__,
        "python": sys.version.split()[0],
        "tensorflow": tensorflow.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }
