"""Files of your own as a data set: how each format is read."""
