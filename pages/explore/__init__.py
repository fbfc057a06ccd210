"""Look for what the stories say, and lay them beside the figures."""
