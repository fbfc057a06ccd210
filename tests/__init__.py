"""Tests are sentences; the folders mirror the product."""
