"""The encoders, each a list of blocks."""
