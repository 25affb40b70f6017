"""Dynamic widening: who finds what hard while a network is trained, and the tree that grows by it."""
