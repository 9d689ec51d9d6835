"""ecscli takes Docker Compose files and a YAML infra file to Amazon ECS."""

__version__ = "0.1.0"
