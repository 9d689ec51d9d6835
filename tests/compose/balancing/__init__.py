"""The load balancer that Compose files and ecs-params ask for."""
