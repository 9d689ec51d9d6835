"""A project in layout services: all its ECS services read, planned and followed together."""
