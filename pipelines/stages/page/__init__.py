"""The content of the page: results, settings in words, pictures of mistakes, small trainings."""
