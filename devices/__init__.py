"""Adapters of physical devices and their product-quality simulations, all speaking pos.ports."""
