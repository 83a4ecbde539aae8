"""Composition root: settings, wiring, logging, crash handler, self-test."""
