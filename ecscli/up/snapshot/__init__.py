"""A cluster as it is at one moment, read again and again with few calls, for live views."""
