"""A project between its two layouts: what lives in the other one, and how it is replaced."""
