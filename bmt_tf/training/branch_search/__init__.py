"""The branch search: a warm-up, then the weights and the routing distribution in turn."""
