"""What was observed beside what the runs do: records, the statistics in them, and ranges fitted to them."""
