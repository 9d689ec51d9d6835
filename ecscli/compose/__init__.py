"""Compose text -> Project -> task definition. No AWS, no printing."""
