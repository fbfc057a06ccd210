"""Everything that leaves the product, a file per format, always through the gate."""
