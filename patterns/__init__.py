"""Statistics on arrays and tables, with nothing stored and nothing shown."""
