"""What several pages show: the selection bar, charts with their table twin, provenance."""
