"""Soft sharing: a whole network or a path of attention per task, which exchange features after the encoder's stages."""
