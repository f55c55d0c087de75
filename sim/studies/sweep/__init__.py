"""What happens to the outcomes while one or two numbers of a scenario go through a range."""
