"""Project -> RegisterTaskDefinition request, one file for each field."""
