"""The layouts in which the papers' data sets are distributed, to be written: one file per data set."""
