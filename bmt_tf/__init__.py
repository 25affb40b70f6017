"""Branched multi-task networks: which layers should the tasks share, under a budget."""

__version__ = "0.1.0"
