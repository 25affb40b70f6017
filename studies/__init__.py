"""Studies: what the methods do, tried over many runs."""
