"""What a load balancer of a project needs on AWS: subnets in two zones, certificates; and what it
will cost."""
