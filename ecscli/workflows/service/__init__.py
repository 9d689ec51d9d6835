"""The ECS service of a project: made or changed, scaled, started, rolled back, deleted."""
