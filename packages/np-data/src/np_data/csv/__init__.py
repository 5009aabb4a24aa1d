"""Reading and writing CSV files."""
