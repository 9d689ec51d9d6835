"""Container instances: registered, described, and chosen for tasks."""
