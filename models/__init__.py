"""Language resources: how they are built and loaded, taxonomies and name lists. Not database tables."""
