"""Branched multi-task networks: which layers should the tasks share, under a budget."""

from bmt_tf._kernels import use_onednn
from bmt_tf._quiet import hide_foreign_lines
from bmt_tf._threads import use_threads

__all__ = ["hide_foreign_lines", "use_onednn", "use_threads"]
__version__ = "0.1.0"
