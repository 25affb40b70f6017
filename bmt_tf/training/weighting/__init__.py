"""Ways to weigh the losses of the tasks of one network, one file each over one narrow interface."""
