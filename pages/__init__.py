"""Screens: what a professional comes to do, one folder a task."""
