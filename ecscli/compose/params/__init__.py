"""ecs-params.yml and the other files beside the Compose file."""
