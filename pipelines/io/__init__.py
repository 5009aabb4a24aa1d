"""Console messages, files, tables, locks, and where the results lie."""
