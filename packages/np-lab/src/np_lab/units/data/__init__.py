"""Unit 1: IDX and CSV files."""
