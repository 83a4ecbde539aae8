"""Measurements: ratios to a reference taken in the same run, never milliseconds alone (docs/development.md)."""
