"""Tests of the public face in a real browser."""
