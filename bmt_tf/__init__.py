"""Branched multi-task networks: which layers should the tasks share, under a budget."""

from bmt_tf._quiet import hide_foreign_lines

__all__ = ["hide_foreign_lines"]
__version__ = "0.1.0"
