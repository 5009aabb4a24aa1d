"""What stands on the page: results, settings in words, pictures of mistakes."""
