"""A small ensemble that shows what a scenario's text alone does not: rules that never fire, runs that run away."""
