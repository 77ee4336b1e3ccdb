"""`make bench`: how fast it is, measured on a world of its own size against a floor of the same run."""
