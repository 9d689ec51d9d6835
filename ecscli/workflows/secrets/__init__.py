"""Secrets of a project: created with a deployment, and by commands of their own."""
