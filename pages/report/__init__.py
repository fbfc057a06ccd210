"""Take a story set out of the product, through the gate."""
