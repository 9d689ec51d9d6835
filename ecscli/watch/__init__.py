"""A snapshot of a cluster → the picture for a terminal, the keys that change it, and lines and
documents of what changes."""
