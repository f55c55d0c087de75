"""What a result of a scenario depends on: which uncertain parameters, how much, and how much is chance."""
