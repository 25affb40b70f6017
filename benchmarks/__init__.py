"""Measurements of the speed of the package."""
