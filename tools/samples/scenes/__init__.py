"""One file per picture: TITLE and build(), which returns the instances of the ground truth."""
