"""Measurements of the speed of the package: one file per topic, whose `rows(settings)` are a table."""
