"""Secrets of a project that are files or variables here: their values, names and references."""
