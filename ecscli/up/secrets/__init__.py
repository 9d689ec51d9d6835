"""Secrets of a project in Secrets Manager and SSM: read, planned, written."""
