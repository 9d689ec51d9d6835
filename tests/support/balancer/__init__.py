"""The load balancer of a project in its support stack."""
