"""The steps of finding themes: the space, the groups, their stability and their names."""
