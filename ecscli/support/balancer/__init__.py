"""The load balancer of a project in its support stack: one file a kind of resource."""
