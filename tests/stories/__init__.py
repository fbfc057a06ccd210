"""Tests of stories/."""
