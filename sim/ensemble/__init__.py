"""Many runs: plan, workers, files, and what is read back from them."""
