"""The real models and real files, where the other tests use stand-ins."""
