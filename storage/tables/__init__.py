"""One file of tables for each subject."""
