"""What is counted: the goal tree, indicators with their definitions, figures with their source."""
