"""Measurements, one subject a script, with stated data."""
