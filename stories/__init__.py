"""What is asked and what is told: signification frameworks, collections, acceptance, selection, themes."""
