"""A project in layout services: all its ECS services and jobs made, changed, counted, listed and
removed."""
