"""Follow how stories come in and are read."""
