"""A project in `layout: services`: its groups, each an ECS service or a job of its own, and their
order."""
