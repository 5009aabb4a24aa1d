"""Turn a photograph of digits on paper into pictures like those of MNIST."""
