"""A small ray caster for scenes of boxes, cylinders, ellipsoids and capsules."""
