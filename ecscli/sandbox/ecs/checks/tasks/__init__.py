"""Rules between the members of a task definition."""
