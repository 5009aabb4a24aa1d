"""Commands that people run: reproduce, predict, verify, sweep."""
