"""What params.yaml and publications.yaml may say."""
