"""A task definition in a file or in ECS -> the Compose files that run it here. Pure but for the
reading."""
