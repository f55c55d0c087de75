"""What is asked of several ensembles at once: comparisons, sweeps, sensitivities and the like."""
