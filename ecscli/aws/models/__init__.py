"""botocore's models, cut down to the operations that are called and kept in the user's cache."""
