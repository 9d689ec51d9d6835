"""What `up` would change in a stack: found by comparing templates, and shown."""
