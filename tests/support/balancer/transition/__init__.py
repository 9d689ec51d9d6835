"""What a load balancer is about to become."""
