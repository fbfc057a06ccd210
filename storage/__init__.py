"""The database: engine, tables, runs, migrations."""
