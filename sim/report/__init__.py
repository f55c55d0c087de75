"""The report: one page that explains an ensemble to people."""
