"""The counter's own rules: domain values, stored facts, use cases and the sagas that cross devices and commits."""
