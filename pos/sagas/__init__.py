"""Actions that cross devices and commits: the card purchase and the delivery of prints."""
