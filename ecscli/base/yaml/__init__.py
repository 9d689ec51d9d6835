"""YAML text -> trees whose parts know their places; and plain data -> YAML text."""
