"""Run the product: collections, figures, people, runs."""
