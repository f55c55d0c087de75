"""What an ensemble says: pure functions from its tables to tables and numbers.

Every probability comes with its Monte Carlo interval, and apart from it with how far the uncertain
parameters move it. Nothing here draws, reads or writes.
"""
