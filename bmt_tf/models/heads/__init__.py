"""The heads: from features to the outputs of one task."""
