"""Label files: how each kind of label is read and written."""
