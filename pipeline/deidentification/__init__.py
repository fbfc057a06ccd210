"""The parts of hiding who people are: patterns, lists, a small learned part, and the marks in the text."""
