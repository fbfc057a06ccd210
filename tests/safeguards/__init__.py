"""Tests of safeguards/."""
