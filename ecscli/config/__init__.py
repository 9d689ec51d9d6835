"""Flags, environment and stored files -> Settings, in which each value knows its source."""
