"""Edges: maps of them, thinning, matching, and the ODS-F score."""
