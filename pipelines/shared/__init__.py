"""What the stages share: the arithmetic, params.yaml, the console, files, data sets and tasks."""
