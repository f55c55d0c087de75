"""From an outcome back to the parameters: the ranges under which it becomes likely."""
