"""Single runs and scenarios in words: a run as a chronicle, a scenario as a description."""
