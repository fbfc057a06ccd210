"""Everything that comes in from another program, a file per format."""
